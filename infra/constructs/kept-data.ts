import { RemovalPolicy } from 'aws-cdk-lib';
import type { Settings } from '../settings.ts';

const POLICIES = {
  retain: RemovalPolicy.RETAIN,
  destroy: RemovalPolicy.DESTROY,
} as const satisfies Record<Settings['removalPolicy'], RemovalPolicy>;

/** What becomes of a resource that holds data when it leaves its stack. */
export function keptData({ removalPolicy }: Settings): { readonly removalPolicy: RemovalPolicy } {
  return { removalPolicy: POLICIES[removalPolicy] };
}

/** Whether AWS is to refuse to delete it, whoever asks. */
export function isKept({ target, removalPolicy }: Settings): boolean {
  return target === 'aws' && removalPolicy === 'retain';
}
