import { beforeAll, describe, expect, it } from 'vitest';
import { type Deployment, deploy, PLACE } from './deployment.ts';

const DEAD_LETTERS = 'arn:aws:sqs:eu-west-1:111122223333:darkroom-dead-letters';
const INPUT = 'darkroom-input-111122223333-eu-west-1';
const OUTPUT = 'darkroom-output-111122223333-eu-west-1';
const FOURTEEN_DAYS = 1_209_600;

let deployment: Deployment;
beforeAll(() => {
  deployment = deploy();
});

describe('the work queue', () => {
  it('hides a message for six timeouts, and gives it up after five receives', () => {
    expect(deployment.one('AWS::SQS::Queue', { QueueName: 'darkroom-work' }).properties).toMatchObject({
      VisibilityTimeout: 360,
      RedrivePolicy: { deadLetterTargetArn: DEAD_LETTERS, maxReceiveCount: 5 },
    });
  });

  it('has dead letters that wait for 14 days, and go back to it alone', () => {
    expect(
      deployment.one('AWS::SQS::Queue', { QueueName: 'darkroom-dead-letters' }).properties,
    ).toMatchObject({
      MessageRetentionPeriod: FOURTEEN_DAYS,
      RedriveAllowPolicy: {
        redrivePermission: 'byQueue',
        sourceQueueArns: ['arn:aws:sqs:eu-west-1:111122223333:darkroom-work'],
      },
    });
  });

  it('encrypts what waits', () => {
    for (const { properties } of deployment.all('AWS::SQS::Queue'))
      expect(properties).toMatchObject({ SqsManagedSseEnabled: true });
  });
});

describe('the table', () => {
  it('has its keys and both indexes from the first deploy', () => {
    const keys = (prefix: string) => [
      { AttributeName: `${prefix}pk`, KeyType: 'HASH' },
      { AttributeName: `${prefix}sk`, KeyType: 'RANGE' },
    ];
    expect(deployment.one('AWS::DynamoDB::Table').properties).toMatchObject({
      TableName: 'darkroom-log',
      KeySchema: keys(''),
      GlobalSecondaryIndexes: ['gsi1', 'gsi2'].map((IndexName) => ({
        IndexName,
        KeySchema: keys(IndexName),
        Projection: { ProjectionType: 'ALL' },
      })),
      BillingMode: 'PAY_PER_REQUEST',
    });
  });

  it('can be set back to any moment, forgets what may expire, and outlives the stack', () => {
    const { properties, template } = deployment.one('AWS::DynamoDB::Table');
    expect(properties).toMatchObject({
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
      DeletionProtectionEnabled: true,
    });
    expect(template).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  });
});

it('the first user has a password that nobody chose, and keeps it when the stack goes', () => {
  const { properties, template } = deployment.one('AWS::SecretsManager::Secret', {
    Name: 'darkroom-first-user',
  });
  expect(properties).toMatchObject({
    GenerateSecretString: {
      SecretStringTemplate: '{"user":"darkroom"}',
      GenerateStringKey: 'password',
      PasswordLength: 32,
    },
  });
  expect(template).toMatchObject({ DeletionPolicy: 'Retain' });
});

it('the outputs say where everything is', () => {
  expect(deployment.outputs).toMatchObject({
    InputBucket: INPUT,
    OutputBucket: OUTPUT,
    TableName: 'darkroom-log',
    QueueUrl: `${PLACE.awsUrl}/${PLACE.accountId}/darkroom-work`,
    DeadLettersUrl: `${PLACE.awsUrl}/${PLACE.accountId}/darkroom-dead-letters`,
    FirstUserSecret: expect.stringContaining('first-user'),
    ApiUrl: expect.stringMatching(/^https?:/),
  });
});
