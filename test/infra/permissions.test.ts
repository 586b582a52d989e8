import { beforeAll, describe, expect, it } from 'vitest';
import { contextOf } from '../../infra/policy/condition.ts';
import { evaluate, type Policies } from '../../infra/policy/evaluate.ts';
import { type Policy, readPolicy } from '../../infra/policy/policy.ts';
import { type Deployment, deploy } from './deployment.ts';

const ACCOUNT = '111122223333';
const INPUT = `arn:aws:s3:::darkroom-input-${ACCOUNT}-eu-west-1`;
const OUTPUT = `arn:aws:s3:::darkroom-output-${ACCOUNT}-eu-west-1`;
const TABLE = `arn:aws:dynamodb:eu-west-1:${ACCOUNT}:table/darkroom-log`;
const QUEUE = `arn:aws:sqs:eu-west-1:${ACCOUNT}:darkroom-work`;
const DEAD = `arn:aws:sqs:eu-west-1:${ACCOUNT}:darkroom-dead-letters`;

const BUS = `arn:aws:events:eu-west-1:${ACCOUNT}:event-bus/default`;

const ALL = ['process', 'api', 'render', 'sweep'] as const;
const READERS = ['process', 'api', 'render'] as const;
type FunctionName = (typeof ALL)[number];

/** Who may do what: each row is asked of each function. */
const PERMISSIONS: readonly (readonly [action: string, resource: string, who: readonly FunctionName[]])[] = [
  ['s3:GetObject', `${INPUT}/trip/cat.jpg`, ALL],
  ['s3:GetObjectVersion', `${INPUT}/trip/cat.jpg`, READERS],
  ['s3:ListBucket', INPUT, ALL],
  ['s3:PutObject', `${INPUT}/trip/cat.jpg`, ['api']],
  ['s3:ListBucketVersions', INPUT, ['api', 'sweep']],
  ['s3:DeleteObject', `${INPUT}/trip/cat.jpg`, ['api']],
  ['s3:DeleteObjectVersion', `${INPUT}/trip/cat.jpg`, ['api']],
  ['s3:PutObjectAcl', `${INPUT}/trip/cat.jpg`, []],
  ['s3:GetObject', `${OUTPUT}/negated_cat.jpg`, ALL],
  ['s3:ListBucket', OUTPUT, ALL],
  ['s3:PutObject', `${OUTPUT}/negated_cat.jpg`, ['process']],
  ['s3:PutObject', `${OUTPUT}/derived/cat.jpg/~0/w320.webp`, ['process', 'render']],
  ['s3:DeleteObject', `${OUTPUT}/negated_cat.jpg`, ['process', 'render']],
  ['s3:PutObjectTagging', `${OUTPUT}/derived/cat.jpg/~0/w320.webp`, ['process', 'render']],
  ['s3:PutObjectTagging', `${OUTPUT}/negated_cat.jpg`, []],
  ['s3:PutObjectTagging', `${INPUT}/trip/cat.jpg`, []],
  ['s3:DeleteObjectVersion', `${OUTPUT}/negated_cat.jpg`, []],
  ['s3:PutBucketPolicy', OUTPUT, []],
  ['s3:PutBucketVersioning', INPUT, []],
  ['s3:PutLifecycleConfiguration', INPUT, []],
  ['s3:DeleteBucket', OUTPUT, []],
  ['s3:GetObject', 'arn:aws:s3:::somebody-elses/cat.jpg', []],
  ['s3:ListAllMyBuckets', 'arn:aws:s3:::*', []],
  ['sqs:SendMessage', QUEUE, ALL],
  ['sqs:ReceiveMessage', QUEUE, ['process']],
  ['sqs:DeleteMessage', QUEUE, ['process']],
  ['sqs:ChangeMessageVisibility', QUEUE, ['process']],
  ['sqs:GetQueueAttributes', QUEUE, ['process', 'api']],
  ['sqs:PurgeQueue', QUEUE, []],
  ['sqs:SetQueueAttributes', QUEUE, []],
  ['sqs:SendMessage', DEAD, []],
  ['sqs:ReceiveMessage', DEAD, ['api', 'sweep']],
  ['sqs:ChangeMessageVisibility', DEAD, ['sweep']],
  ['sqs:DeleteMessage', DEAD, ['api']],
  ['sqs:GetQueueAttributes', DEAD, ['api']],
  ['sqs:StartMessageMoveTask', DEAD, ['api']],
  ['sqs:PurgeQueue', DEAD, []],
  ['events:PutEvents', BUS, ALL],
  ['events:PutEvents', `${BUS}-2`, []],
  ['events:PutRule', '*', []],
  ['dynamodb:GetItem', TABLE, ALL],
  ['dynamodb:PutItem', TABLE, ALL],
  ['dynamodb:UpdateItem', TABLE, ALL],
  ['dynamodb:Query', TABLE, ALL],
  ['dynamodb:Query', `${TABLE}/index/gsi1`, ALL],
  ['dynamodb:Query', `${TABLE}/index/gsi2`, ALL],
  ['dynamodb:DescribeTable', TABLE, ALL],
  ['dynamodb:BatchGetItem', TABLE, ['sweep']],
  ['dynamodb:BatchWriteItem', TABLE, []],
  ['dynamodb:Scan', TABLE, []],
  ['dynamodb:DeleteTable', TABLE, []],
  ['dynamodb:GetItem', `${TABLE}-2`, []],
  ['secretsmanager:GetSecretValue', 'the first user', ['api', 'render']],
  ['secretsmanager:PutSecretValue', 'the first user', []],
  ['secretsmanager:GetSecretValue', 'the signing key', ['api', 'render']],
  ['logs:PutLogEvents', 'own', ALL],
  ['logs:PutLogEvents', 'another', []],
  ['iam:PassRole', '*', []],
  ['sts:AssumeRole', '*', []],
];

let deployment: Deployment;
beforeAll(() => {
  deployment = deploy();
});

describe.each(ALL)('%s', (name) => {
  it.each(PERMISSIONS.filter(([, , who]) => who.includes(name)))('may %s on %s', (action, resource) => {
    expect(decisionOf(deployment, name, { action, resource })).toBe('Allowed');
  });

  it.each(PERMISSIONS.filter(([, , who]) => !who.includes(name)))('may not %s on %s', (action, resource) => {
    expect(decisionOf(deployment, name, { action, resource })).toBe('ImplicitlyDenied');
  });

  it.each([
    ['s3:GetObject', `${INPUT}/cat.jpg`],
    ['s3:ListBucket', OUTPUT],
    ['sqs:SendMessage', QUEUE],
  ])('may not even %s on %s but over TLS', (action, resource) => {
    const isSecure = false;
    expect(decisionOf(deployment, name, { action, resource, isSecure })).toBe('ExplicitlyDenied');
  });

  it('may not use a bucket over a TLS that is broken', () => {
    const asked = { action: 's3:GetObject', resource: `${INPUT}/cat.jpg` };
    expect(decisionOf(deployment, name, { ...asked, tls: '1.1' })).toBe('ExplicitlyDenied');
    expect(decisionOf(deployment, name, { ...asked, tls: '1.2' })).toBe('Allowed');
  });
});

it('process may hide an upload only where inputs are to be deleted', () => {
  const hide = { action: 's3:DeleteObject', resource: `${INPUT}/cat.jpg` };
  expect(decisionOf(deployment, 'process', hide)).toBe('ImplicitlyDenied');
  expect(decisionOf(deploy({ deleteInput: true }), 'process', hide)).toBe('Allowed');
});

describe('no role', () => {
  it('has a policy that AWS may change', () => {
    for (const { properties } of deployment.all('AWS::IAM::Role'))
      expect(properties).not.toHaveProperty('ManagedPolicyArns');
  });

  it('may do what an action with a wildcard would let in, or anything to everything', () => {
    const statements = ALL.flatMap((name) => roleOf(deployment, name).policy);
    expect(statements.flatMap(({ actions }) => actions.patterns).filter((it) => /[*?]/.test(it))).toEqual([]);
    expect(statements.flatMap(({ resources }) => resources.patterns)).not.toContain('*');
    expect(statements.filter(({ actions, resources }) => actions.except || resources.except)).toEqual([]);
  });
});

interface Asked {
  readonly action: string;
  readonly resource: string;
  /** @default true */
  readonly isSecure?: boolean;
  /** @default 1.3 */
  readonly tls?: string;
}

/** What the policies of the template make of a request of a function. */
function decisionOf(
  of: Deployment,
  name: FunctionName,
  { action, resource, isSecure = true, tls = '1.3' }: Asked,
): string {
  const { arn, policy } = roleOf(of, name);
  const named = asArn(of, name, resource);
  const policies: Policies = { identity: policy, resource: resourcePolicy(of, named) };
  const principal = { type: 'AWS', names: [arn], account: ACCOUNT } as const;
  const context = contextOf({
    'aws:SecureTransport': String(isSecure),
    's3:TlsVersion': isSecure ? tls : undefined,
    'aws:SourceArn': undefined,
    'aws:SourceAccount': undefined,
    'events:source': 'darkroom',
  });
  return evaluate(policies, { principal, action, resource: named, context }).decision;
}

function roleOf(of: Deployment, name: string): { readonly arn: string; readonly policy: Policy } {
  const arn = String(functionOf(of, name).Role);
  const own = of.all('AWS::IAM::Policy').filter(({ properties }) => {
    return (properties.Roles as readonly string[]).some((role) => arn.endsWith(`:role/${role}`));
  });
  return { arn, policy: own.flatMap(({ properties }) => readPolicy(properties.PolicyDocument, 'identity')) };
}

/** Of the bucket or the queue that a resource is, or lies in. */
function resourcePolicy(of: Deployment, resource: string): Policy {
  const all = [...of.all('AWS::S3::BucketPolicy'), ...of.all('AWS::SQS::QueuePolicy')];
  const statements = all.flatMap(({ properties }) => readPolicy(properties.PolicyDocument, 'resource'));
  const owner = resource.split('/')[0] ?? '';
  return statements.filter(({ resources }) => resources.patterns.some((it) => it.split('/')[0] === owner));
}

/** ARNs that hold what is made up at a deployment. */
function asArn(of: Deployment, name: string, resource: string): string {
  const logGroupOf = (it: string): string => {
    const { LogGroup } = functionOf(of, it).LoggingConfig as { readonly LogGroup: string };
    return `arn:aws:logs:eu-west-1:${ACCOUNT}:log-group:${LogGroup}:*`;
  };
  const secretOf = (it: string): string =>
    `arn:aws:secretsmanager:eu-west-1:${ACCOUNT}:secret:darkroom-${it}-MadeUp`;
  const names: Readonly<Record<string, () => string>> = {
    'the first user': () => secretOf('first-user'),
    'the signing key': () => secretOf('signing-key'),
    own: () => logGroupOf(name),
    another: () => logGroupOf(name === 'api' ? 'render' : 'api'),
  };
  return names[resource]?.() ?? resource;
}

function functionOf(of: Deployment, name: string): Readonly<Record<string, unknown>> {
  return of.one('AWS::Lambda::Function', { FunctionName: `darkroom-${name}` }).properties;
}
