import type { ResourcePolicySpec } from '../../topology/topology.ts';
import { EVERYTHING, type FindKey, userKey } from './access-key.ts';
import type { CallerOptions } from './caller.ts';
import { resourcePolicies } from './resource-policies.ts';

/** Who may call the endpoint, and what they may do. */
export interface Permissions {
  readonly accountId: string;
  /** Access key id to secret, of who may do all. */
  readonly accessKeys: ReadonlyMap<string, string>;
  /** Asked at each call for a key that is not among these, and what it may do. @default none */
  readonly findKey?: FindKey;
  /** What queues say themselves of who may use them; buckets tell it among their settings. @default nothing */
  readonly resourcePolicies?: readonly ResourcePolicySpec[];
}

/**
 * The same as each call needs it.
 * @param toldOf the text of the policy that a bucket has
 */
export function permissionsOf(
  { accountId, accessKeys, findKey = () => undefined, resourcePolicies: declared = [] }: Permissions,
  toldOf: (bucket: string) => string | undefined,
): Pick<CallerOptions, 'findKey' | 'policyOf'> {
  return {
    findKey(id) {
      const secret = accessKeys.get(id);
      if (secret === undefined) return findKey(id);
      return userKey(id, { accountId, secret, policy: EVERYTHING, isOwner: true });
    },
    policyOf: resourcePolicies(declared, toldOf),
  };
}
