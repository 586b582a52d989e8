import { type Policy, readPolicy } from '../../../policy/policy.ts';
import type { ResourcePolicySpec } from '../../topology/topology.ts';

/** What the bucket or the queue of that ARN says itself of who may use it. */
export type PolicyOf = (resourceArn: string) => Policy;

const BUCKET = 'arn:aws:s3:::';

/**
 * Of a queue what the template says. A bucket has one policy, which it tells: the template's, or what it was given over the wire instead,
 * which holds until the template says something new.
 * @param toldOf the text of the policy that a bucket now has
 */
export function resourcePolicies(
  declared: readonly ResourcePolicySpec[],
  toldOf: (bucket: string) => string | undefined,
): PolicyOf {
  const ofTemplate = Map.groupBy(declared, ({ resourceArn }) => resourceArn);
  const known = new Map<string, Policy>();
  const read = (text: string): Policy => {
    const policy = known.get(text) ?? readPolicy(JSON.parse(text), 'resource');
    if (known.size > MAX_KNOWN) known.clear();
    known.set(text, policy);
    return policy;
  };
  return (arn) => {
    if (!arn.startsWith(BUCKET)) return ofTemplate.get(arn)?.flatMap(({ policy }) => policy) ?? [];
    const text = toldOf(arn.slice(BUCKET.length));
    return text === undefined ? [] : read(text);
  };
}

/** Texts of which the meaning is kept: more than a desk has buckets. */
const MAX_KNOWN = 100;
