import type { Principal } from '../../../policy/evaluate.ts';
import { type Policy, readPolicy } from '../../../policy/policy.ts';
import type { FunctionSpec, RoleSpec, Topology } from '../../topology/topology.ts';

/** A key that signs: its secret, whom it stands for, and what they may do. */
export interface AccessKey {
  readonly secret: string;
  /** As refusals call who holds it. */
  readonly arn: string;
  readonly principal: Principal;
  readonly policy: Policy;
  /** Whether this is the account itself. @default false */
  readonly isOwner?: true;
}

/** The key of that id, as it is now. */
export type FindKey = (accessKeyId: string) => AccessKey | undefined;

/** May do all that no resource's own policy denies. */
export const EVERYTHING = readPolicy(
  { Statement: { Effect: 'Allow', Action: '*', Resource: '*' } },
  'identity',
);

/** The key of a person. */
export function userKey(
  name: string,
  { accountId, ...key }: Pick<AccessKey, 'secret' | 'policy' | 'isOwner'> & { readonly accountId: string },
): AccessKey {
  const arn = `arn:aws:iam::${accountId}:user/${name}`;
  return { ...key, arn, principal: { type: 'AWS', names: [arn], account: accountId } };
}

/** The keys of all functions by their names: each may do what its role may. */
export function functionKeys(
  topology: Topology,
  secrets: ReadonlyMap<string, string>,
): ReadonlyMap<string, AccessKey> {
  return new Map(
    topology.functions.map((fn) => [
      fn.name,
      functionKey(fn, roleOf(topology, fn), secrets.get(fn.name) ?? ''),
    ]),
  );
}

/** It is called as on Lambda, by the session of the role. */
function functionKey({ name }: FunctionSpec, role: RoleSpec, secret: string): AccessKey {
  const account = role.arn.split(':')[4] ?? '';
  const arn = `arn:aws:sts::${account}:assumed-role/${role.name}/${name}`;
  return { secret, arn, principal: { type: 'AWS', names: [role.arn, arn], account }, policy: role.policy };
}

function roleOf({ roles }: Topology, { roleArn }: FunctionSpec): RoleSpec {
  const role = roles.find(({ arn }) => arn === roleArn);
  if (role) return role;
  throw new Error(`The template has no role ${roleArn}`);
}
