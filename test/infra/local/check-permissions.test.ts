import { describe, expect, it } from 'vitest';
import { checkPermissions } from '../../../infra/local/check-permissions.ts';
import { readTopology } from '../../../infra/local/topology/read-topology.ts';
import type { Topology } from '../../../infra/local/topology/topology.ts';
import { assemblyOf, PLACE } from './topology/made-up.ts';

const QUEUE = 'arn:aws:sqs:eu-north-1:000000000000:work';
const ARN = { 'Fn::GetAtt': ['Queue', 'Arn'] };
const CONSUME = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];
const FROM_INPUT = {
  Effect: 'Allow',
  Principal: { Service: 's3.amazonaws.com' },
  Action: 'sqs:SendMessage',
  Resource: ARN,
  Condition: {
    ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::in' },
    StringEquals: { 'aws:SourceAccount': '000000000000' },
  },
};
const TLS_ONLY = {
  Effect: 'Deny',
  Principal: { AWS: '*' },
  Action: 'sqs:*',
  Resource: ARN,
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
};

interface MadeUp {
  readonly actions?: readonly string[];
  readonly queuePolicy?: readonly object[];
}

/** A bucket that tells a queue, and a function that is fed from it. */
function topologyOf({ actions = CONSUME, queuePolicy = [FROM_INPUT, TLS_ONLY] }: MadeUp): Topology {
  const policy = (...Statement: readonly object[]) => ({
    PolicyDocument: { Version: '2012-10-17', Statement },
  });
  const NotificationConfiguration = { QueueConfigurations: [{ Event: 's3:ObjectCreated:*', Queue: ARN }] };
  const code = { Code: { S3Key: 'k' }, Handler: 'index.handler' };
  return readTopology(
    assemblyOf({
      assets: { k: '/assets/k' },
      resources: {
        In: ['AWS::S3::Bucket', { BucketName: 'in', NotificationConfiguration }],
        Queue: ['AWS::SQS::Queue', { QueueName: 'work' }],
        QueuePolicy: ['AWS::SQS::QueuePolicy', { Queues: [{ Ref: 'Queue' }], ...policy(...queuePolicy) }],
        Role: ['AWS::IAM::Role', { AssumeRolePolicyDocument: {} }],
        Policy: [
          'AWS::IAM::Policy',
          { Roles: [{ Ref: 'Role' }], ...policy({ Effect: 'Allow', Action: actions, Resource: ARN }) },
        ],
        Process: [
          'AWS::Lambda::Function',
          { FunctionName: 'process', Role: { 'Fn::GetAtt': ['Role', 'Arn'] }, ...code },
        ],
        Source: [
          'AWS::Lambda::EventSourceMapping',
          { EventSourceArn: ARN, FunctionName: { Ref: 'Process' } },
        ],
      },
    }),
    PLACE,
  );
}

it('a template whose parts may do what AWS does for them is started', () => {
  expect(() => checkPermissions(topologyOf({}))).not.toThrow();
});

describe('it is refused, with what is missing,', () => {
  it.each(CONSUME)('when the function that is fed lacks %s', (missing) => {
    const topology = topologyOf({ actions: [...CONSUME.filter((it) => it !== missing), 'sqs:SendMessage'] });
    expect(() => checkPermissions(topology)).toThrow(
      `process is fed from ${QUEUE}, and its role lacks ${missing} on it: grant that in the template`,
    );
  });

  it.each<[string, readonly object[]]>([
    ['nobody may tell the queue', [TLS_ONLY]],
    [
      'only another bucket may',
      [{ ...FROM_INPUT, Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::out' } } }],
    ],
    [
      'only the buckets of another account may',
      [{ ...FROM_INPUT, Condition: { StringEquals: { 'aws:SourceAccount': '111111111111' } } }],
    ],
  ])('when %s', (_what, queuePolicy) => {
    expect(() => checkPermissions(topologyOf({ queuePolicy }))).toThrow(
      `Bucket in notifies ${QUEUE}, whose policy does not let s3.amazonaws.com do sqs:SendMessage: grant that in the template`,
    );
  });
});
