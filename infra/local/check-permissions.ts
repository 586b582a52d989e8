import { contextOf } from '../policy/condition.ts';
import { type AccessRequest, evaluate, type Policies } from '../policy/evaluate.ts';
import { functionKeys } from './aws/access/access-key.ts';
import type { BucketSpec, EventSourceSpec, Topology } from './topology/topology.ts';

/** https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html#events-sqs-permissions */
const CONSUME = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];

/**
 * What AWS itself does between the parts of the template it does with their permissions, and refuses to be set up without. Throws an
 * Error that names the permission which is missing.
 */
export function checkPermissions(topology: Topology): void {
  for (const source of topology.eventSources) checkEventSource(topology, source);
  for (const bucket of topology.buckets) checkNotifications(topology, bucket);
}

/** Lambda takes messages out of a queue as the function. */
function checkEventSource(topology: Topology, { functionArn, queueArn }: EventSourceSpec): void {
  const name = topology.functions.find(({ arn }) => arn === functionArn)?.name ?? '';
  const key = functionKeys(topology, new Map()).get(name);
  if (key === undefined) throw new Error(`The template feeds ${functionArn}, and has no such function`);
  const policies = { identity: key.policy, resource: policyOf(topology, queueArn) };
  const context = contextOf({ 'aws:SecureTransport': 'true' });
  const asked = { principal: key.principal, resource: queueArn, context };
  const lacking = CONSUME.filter((action) => !isAllowed(policies, { ...asked, action }));
  if (lacking.length === 0) return;
  throw new Error(
    `${name} is fed from ${queueArn}, and its role lacks ${lacking.join(', ')} on it: grant that in the template`,
  );
}

/** S3 tells a queue of what happens as itself, for a bucket of this account. */
function checkNotifications(topology: Topology, { name, notifications }: BucketSpec): void {
  for (const { queueArn } of notifications) {
    const account = queueArn.split(':')[4] ?? '';
    const context = contextOf({
      'aws:SecureTransport': 'true',
      'aws:SourceArn': `arn:aws:s3:::${name}`,
      'aws:SourceAccount': account,
    });
    const principal = { type: 'Service', names: ['s3.amazonaws.com'], account } as const;
    const asked = { principal, action: 'sqs:SendMessage', resource: queueArn, context };
    if (isAllowed({ identity: [], resource: policyOf(topology, queueArn) }, asked)) continue;
    throw new Error(
      `Bucket ${name} notifies ${queueArn}, whose policy does not let s3.amazonaws.com do sqs:SendMessage: grant that in the template`,
    );
  }
}

function policyOf({ resourcePolicies }: Topology, arn: string): Policies['resource'] {
  return resourcePolicies.filter(({ resourceArn }) => resourceArn === arn).flatMap(({ policy }) => policy);
}

function isAllowed(policies: Policies, request: AccessRequest): boolean {
  return evaluate(policies, request).decision === 'Allowed';
}
