import { describe, expect, it } from 'vitest';
import { readTopology } from '../../../../infra/local/topology/read-topology.ts';
import { assemblyOf, type MadeUpStack, PLACE } from './made-up.ts';

const topologyOf = (...stacks: readonly MadeUpStack[]) => readTopology(assemblyOf(...stacks), PLACE);
const statement = (Action: string, Resource: unknown = '*', more: object = {}) => ({
  PolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource, ...more }] },
});
const ROLE = { AssumeRolePolicyDocument: {} };
const allows = (action: string, resource = '*') => ({
  effect: 'Allow',
  actions: { patterns: [action], except: false },
  resources: { patterns: [resource], except: false },
  conditions: [],
});

it('a role may do what stands in it and what policies add, resolved across stacks', () => {
  const data: MadeUpStack = {
    stack: 'Data',
    resources: { In: ['AWS::S3::Bucket', { BucketName: 'in' }] },
    exports: { 'Data:In': { 'Fn::GetAtt': ['In', 'Arn'] } },
  };
  const objects = { 'Fn::Join': ['', [{ 'Fn::ImportValue': 'Data:In' }, '/*']] };
  const service: MadeUpStack = {
    stack: 'Service',
    resources: {
      Role: [
        'AWS::IAM::Role',
        { ...ROLE, Policies: [{ PolicyName: 'own', ...statement('s3:ListAllMyBuckets') }] },
      ],
      Other: ['AWS::IAM::Role', ROLE],
      Policy: ['AWS::IAM::Policy', { Roles: [{ Ref: 'Role' }], ...statement('s3:GetObject', objects) }],
    },
  };
  expect(topologyOf(data, service).roles).toEqual([
    {
      name: 'Role',
      arn: 'arn:aws:iam::000000000000:role/Role',
      policy: [allows('s3:ListAllMyBuckets'), allows('s3:GetObject', 'arn:aws:s3:::in/*')],
    },
    { name: 'Other', arn: 'arn:aws:iam::000000000000:role/Other', policy: [] },
  ]);
});

it('buckets and queues have policies of their own', () => {
  const Principal = { AWS: '*' };
  const resources: MadeUpStack['resources'] = {
    In: ['AWS::S3::Bucket', { BucketName: 'in' }],
    Q: ['AWS::SQS::Queue', { QueueName: 'work' }],
    OfIn: ['AWS::S3::BucketPolicy', { Bucket: { Ref: 'In' }, ...statement('s3:*', '*', { Principal }) }],
    OfQ: ['AWS::SQS::QueuePolicy', { Queues: [{ Ref: 'Q' }], ...statement('sqs:*', '*', { Principal }) }],
  };
  const principals = [{ type: 'AWS', name: '*' }];
  expect(topologyOf({ resources }).resourcePolicies).toEqual([
    { resourceArn: 'arn:aws:s3:::in', policy: [{ ...allows('s3:*'), principals }] },
    { resourceArn: 'arn:aws:sqs:eu-north-1:000000000000:work', policy: [{ ...allows('sqs:*'), principals }] },
  ]);
});

describe('no permission is guessed:', () => {
  const fn = {
    Code: { S3Key: 'k' },
    Handler: 'index.handler',
    Role: 'arn:aws:iam::000000000000:role/elsewhere',
  };

  it.each<[string, MadeUpStack, RegExp]>([
    [
      'a policy that AWS keeps',
      {
        resources: {
          R: [
            'AWS::IAM::Role',
            { ...ROLE, ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] },
          ],
        },
      },
      /^Made\/R \(AWS::IAM::Role\): .*ManagedPolicyArns/s,
    ],
    [
      'a policy that cannot be enforced as it is meant',
      {
        resources: {
          R: ['AWS::IAM::Role', ROLE],
          P: ['AWS::IAM::Policy', { Roles: [{ Ref: 'R' }], ...statement('everything') }],
        },
      },
      /^Made\/P \(AWS::IAM::Policy\): Statement 1: Action "everything" is not understood/,
    ],
    [
      'a policy for a role that is elsewhere',
      { resources: { P: ['AWS::IAM::Policy', { Roles: ['elsewhere'], ...statement('s3:GetObject') }] } },
      /role elsewhere/,
    ],
    [
      'a function whose role is elsewhere',
      { resources: { F: ['AWS::Lambda::Function', fn] }, assets: { k: '/k' } },
      /F has the role .*elsewhere/,
    ],
    [
      'a policy of a bucket that is elsewhere',
      {
        resources: {
          P: [
            'AWS::S3::BucketPolicy',
            { Bucket: 'elsewhere', ...statement('s3:*', '*', { Principal: '*' }) },
          ],
        },
      },
      /A policy is for elsewhere/,
    ],
  ])('%s', (_what, stack, message) => {
    expect(() => topologyOf(stack)).toThrow(message);
  });

  it('two roles of one name', () => {
    const resources: MadeUpStack['resources'] = { Role: ['AWS::IAM::Role', ROLE] };
    expect(() => topologyOf({ stack: 'A', resources }, { stack: 'B', resources })).toThrow(
      'Two roles are called Role',
    );
  });
});
