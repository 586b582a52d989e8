import { beforeAll, describe, expect, it } from 'vitest';
import { type Deployment, deploy } from './deployment.ts';

const INPUT = 'arn:aws:s3:::darkroom-input-111122223333-eu-west-1';
const OUTPUT = 'arn:aws:s3:::darkroom-output-111122223333-eu-west-1';
const TABLE = 'arn:aws:dynamodb:eu-west-1:111122223333:table/darkroom-log';
const QUEUE = 'arn:aws:sqs:eu-west-1:111122223333:darkroom-work';

const READ_IMAGES = [
  `s3:GetObject ${INPUT}/*`,
  `s3:GetObjectVersion ${INPUT}/*`,
  `s3:ListBucket ${INPUT}`,
  `s3:GetObject ${OUTPUT}/*`,
  `s3:ListBucket ${OUTPUT}`,
];
const USE_LOG = [
  `dynamodb:DescribeTable ${TABLE}`,
  `dynamodb:GetItem ${TABLE}`,
  `dynamodb:PutItem ${TABLE}`,
  `dynamodb:Query ${TABLE}`,
  `dynamodb:Query ${TABLE}/index/gsi1`,
  `dynamodb:Query ${TABLE}/index/gsi2`,
  `dynamodb:UpdateItem ${TABLE}`,
];
const SUBMIT = `sqs:SendMessage ${QUEUE}`;
const OBSERVE = `sqs:GetQueueAttributes ${QUEUE}`;
const FIRST_USER = 'secretsmanager:GetSecretValue the secret';

/** All that each function may do, beside writing its own log. What is not here is refused. */
const MAY: Readonly<Record<string, readonly string[]>> = {
  process: [
    ...READ_IMAGES,
    `s3:PutObject ${OUTPUT}/*`,
    `s3:DeleteObject ${OUTPUT}/*`,
    ...USE_LOG,
    SUBMIT,
    OBSERVE,
    ...['ReceiveMessage', 'DeleteMessage', 'ChangeMessageVisibility'].map((it) => `sqs:${it} ${QUEUE}`),
  ],
  api: [...READ_IMAGES, `s3:PutObject ${INPUT}/*`, ...USE_LOG, SUBMIT, OBSERVE, FIRST_USER],
  render: [...READ_IMAGES, ...USE_LOG, SUBMIT, FIRST_USER],
};

let deployment: Deployment;
beforeAll(() => {
  deployment = deploy();
});

describe('the function', () => {
  it.each(Object.keys(MAY))('%s may do what it does, and no more', (name) => {
    expect(permissionsOf(deployment, name)).toEqual([...(MAY[name] ?? [])].toSorted());
  });

  it.each(Object.keys(MAY))('%s may write its own log, and no other', (name) => {
    const { LogGroup } = functionOf(deployment, name).LoggingConfig as { readonly LogGroup: string };
    const group = `arn:aws:logs:eu-west-1:111122223333:log-group:${LogGroup}:*`;
    expect(grantsOf(deployment, name).filter((grant) => grant.startsWith('logs:'))).toEqual([
      `logs:CreateLogStream ${group}`,
      `logs:PutLogEvents ${group}`,
    ]);
  });

  it('process may hide an upload only where inputs are to be deleted', () => {
    const hide = `s3:DeleteObject ${INPUT}/*`;
    expect(permissionsOf(deployment, 'process')).not.toContain(hide);
    expect(permissionsOf(deploy({ deleteInput: true }), 'process')).toContain(hide);
  });
});

describe('no role', () => {
  it('has a policy that AWS may change', () => {
    for (const { properties } of deployment.all('AWS::IAM::Role'))
      expect(properties).not.toHaveProperty('ManagedPolicyArns');
  });

  it('may do what an action with a wildcard would let in, or anything to everything', () => {
    const grants = Object.keys(MAY).flatMap((name) => grantsOf(deployment, name));
    expect(grants.filter((grant) => /^\S*\*\S* | \*$/.test(grant))).toEqual([]);
  });
});

/** Without what writes the function's own log, and with a word for the secret, whose ARN ends in chance. */
function permissionsOf(of: Deployment, name: string): readonly string[] {
  const secret = of.one('AWS::SecretsManager::Secret').id;
  return grantsOf(of, name)
    .filter((grant) => !grant.startsWith('logs:'))
    .map((grant) => grant.replace(secret, 'the secret'))
    .toSorted();
}

/** `action resource`, a line for each pair that the function's role is allowed. */
function grantsOf(of: Deployment, name: string): readonly string[] {
  const role = String(functionOf(of, name).Role).split('/').at(-1);
  return of
    .all('AWS::IAM::Policy')
    .map(({ properties }) => properties as unknown as Policy)
    .filter(({ Roles }) => Roles.some((it) => it === role))
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
    .flatMap(({ Action, Resource }) =>
      [Action].flat().flatMap((it) => [Resource].flat().map((on) => `${it} ${on}`)),
    );
}

function functionOf(of: Deployment, name: string): Readonly<Record<string, unknown>> {
  return of.one('AWS::Lambda::Function', { FunctionName: `darkroom-${name}` }).properties;
}

interface Policy {
  readonly Roles: readonly string[];
  readonly PolicyDocument: {
    readonly Statement: readonly {
      readonly Action: string | string[];
      readonly Resource: string | string[];
    }[];
  };
}
