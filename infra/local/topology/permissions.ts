import { readPolicy } from '../../policy/policy.ts';
import { BUCKET_POLICY, QUEUE_POLICY, ROLE, ROLE_POLICY } from './properties.ts';
import type { Found, Spec } from './specs.ts';
import type { BucketSpec, FunctionSpec, QueueSpec, ResourcePolicySpec, RoleSpec } from './topology.ts';

/** The resources that say who may do what. One row a type. */
export const PERMISSION_SPECS = {
  'AWS::IAM::Role': (properties, { identity }) => {
    const { Policies } = ROLE.parse(properties);
    const { Arn: arn = '' } = identity.attributes;
    const policy = Policies.flatMap(({ PolicyDocument }) => readPolicy(PolicyDocument, 'identity'));
    return { role: { name: identity.ref, arn, policy } };
  },
  'AWS::IAM::Policy': (properties) => {
    const { Roles, PolicyDocument } = ROLE_POLICY.parse(properties);
    return { rolePolicy: { roles: Roles, policy: readPolicy(PolicyDocument, 'identity') } };
  },
  'AWS::S3::BucketPolicy': (properties) => {
    const { Bucket, PolicyDocument } = BUCKET_POLICY.parse(properties);
    const policy = readPolicy(PolicyDocument, 'resource');
    return {
      resourcePolicy: { of: [Bucket], policy },
      bucketPolicy: { bucket: Bucket, text: JSON.stringify(PolicyDocument) },
    };
  },
  'AWS::SQS::QueuePolicy': (properties) => {
    const { Queues, PolicyDocument } = QUEUE_POLICY.parse(properties);
    return { resourcePolicy: { of: Queues, policy: readPolicy(PolicyDocument, 'resource') } };
  },
} as const satisfies Readonly<Record<string, Spec>>;

type RolePolicy = NonNullable<Found['rolePolicy']>;
type ResourcePolicy = NonNullable<Found['resourcePolicy']>;

/**
 * The roles with all that policies of their own add. Throws an Error where a function or a policy names none of them, or two are called
 * alike: one would get what is the other's.
 */
export function rolesOf(
  roles: readonly RoleSpec[],
  policies: readonly RolePolicy[],
  functions: readonly FunctionSpec[],
): readonly RoleSpec[] {
  const names = roles.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined) throw new Error(`Two roles are called ${twice}: give them names of their own`);
  const lost = policies.flatMap((policy) => policy.roles).find((name) => !names.includes(name));
  if (lost !== undefined) throw new Error(`A policy is for the role ${lost}, and there is no such role`);
  const idle = functions.find(({ roleArn }) => !roles.some(({ arn }) => arn === roleArn));
  if (idle !== undefined)
    throw new Error(`${idle.name} has the role ${idle.roleArn}, which is not in the template`);
  return roles.map((role) => {
    const own = policies.filter((policy) => policy.roles.includes(role.name));
    return { ...role, policy: [...role.policy, ...own.flatMap(({ policy }) => policy)] };
  });
}

/** Throws an Error for the policy of what is neither a bucket nor a queue of the template. */
export function resourcePoliciesOf(
  policies: readonly ResourcePolicy[],
  { buckets, queues }: { readonly buckets: readonly BucketSpec[]; readonly queues: readonly QueueSpec[] },
): readonly ResourcePolicySpec[] {
  const arns = new Map([
    ...buckets.map(({ name }) => [name, `arn:aws:s3:::${name}`] as const),
    ...queues.map(({ url, arn }) => [url, arn] as const),
  ]);
  return policies.flatMap(({ of, policy }) =>
    of.map((name) => {
      const resourceArn = arns.get(name);
      if (resourceArn !== undefined) return { resourceArn, policy };
      throw new Error(`A policy is for ${name}, which is neither a bucket nor a queue of the template`);
    }),
  );
}
