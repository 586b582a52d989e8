import type { CredentialStores } from '../../lib/auth/credentials.ts';
import type { Deps as BuildDeps } from '../../lib/build/deps.ts';
import type { Description } from '../../lib/image/describe.ts';
import type { Metrics } from '../../lib/metrics/metrics.ts';
import type { Facts } from '../../lib/table/facts.ts';
import type { Recent } from './recent.ts';

/** Everything that `render` touches outside of itself: what a build needs, and who asks. */
export interface Deps extends CredentialStores, BuildDeps {
  readonly describe: (source: Buffer, options: { readonly gps: boolean }) => Promise<Description>;
  readonly facts: Pick<Facts, 'find'>;
  /** Keeps nothing alive that waits for nothing else. */
  readonly sleep: (ms: number) => Promise<void>;
  /**
   * Kept pictures that this sandbox answered lately: what is derived of one version by one recipe does not change.
   * @default none
   */
  readonly recent?: Recent;
  readonly metrics: Pick<Metrics, 'add'>;
  /** What signed URLs begin with. @default what all begin with */
  readonly cdnUrl?: string;
  /** Part of each ETag: another version may write other bytes. */
  readonly version: string;
}
