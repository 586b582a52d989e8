import { beforeAll, describe, expect, it } from 'vitest';
import { type Deployment, deploy } from './deployment.ts';

/**
 * What holds data, by its logical id, with the properties that CloudFormation replaces it for. A line that has to change here is data that a
 * deploy would leave behind: the old resource stays, and a new one begins empty.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-update-behaviors.html
 */
const KEPT = {
  'AWS::S3::Bucket': {
    replacedFor: ['BucketName'],
    is: {
      ImagesInput: { BucketName: 'darkroom-input-111122223333-eu-west-1' },
      ImagesOutput: { BucketName: 'darkroom-output-111122223333-eu-west-1' },
      ImagesAccessLogsBucket: { BucketName: 'darkroom-access-logs-111122223333-eu-west-1' },
    },
  },
  'AWS::DynamoDB::Table': {
    replacedFor: ['TableName', 'KeySchema', 'LocalSecondaryIndexes'],
    is: {
      LogTable: {
        TableName: 'darkroom-log',
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
      },
    },
  },
  'AWS::SQS::Queue': {
    replacedFor: ['QueueName', 'FifoQueue'],
    is: {
      WorkDeadLetters: { QueueName: 'darkroom-dead-letters' },
      WorkQueue: { QueueName: 'darkroom-work' },
    },
  },
  'AWS::SecretsManager::Secret': {
    replacedFor: ['Name'],
    is: {
      FirstUserSecret: { Name: 'darkroom-first-user' },
      SigningKeySecret: { Name: 'darkroom-signing-key' },
    },
  },
} as const;
/** CDK's end of a logical id, made from the way to the construct: the name is enough to see that it moved. */
const HASH = /[0-9A-F]{8}$/;

let deployment: Deployment;
beforeAll(() => {
  deployment = deploy();
});

describe.each(Object.entries(KEPT))('%s', (type, { replacedFor, is }) => {
  it('is what it was: nothing that holds data is replaced by an update', () => {
    const found = deployment.all(type).map(({ id, properties }) => {
      const pinned = replacedFor.filter((name) => properties[name] !== undefined);
      return [id.replace(HASH, ''), Object.fromEntries(pinned.map((name) => [name, properties[name]]))];
    });
    expect(Object.fromEntries(found)).toEqual(is);
  });

  it('stays when its stack goes, unless the stage says otherwise', () => {
    for (const { template } of deployment.all(type))
      expect(template).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    for (const { template } of deploy({ stage: 'test' }).all(type))
      expect(template).toMatchObject({ DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' });
  });
});

it('the indexes of the table are the first deploy’s: an update adds or removes one at a time', () => {
  const { GlobalSecondaryIndexes } = deployment.one('AWS::DynamoDB::Table').properties;
  expect(GlobalSecondaryIndexes).toMatchObject([{ IndexName: 'gsi1' }, { IndexName: 'gsi2' }]);
});

it('AWS refuses to delete the table, whoever asks, unless the stage may go', () => {
  const isProtected = (of: Deployment): unknown =>
    of.one('AWS::DynamoDB::Table').properties.DeletionProtectionEnabled;
  expect(isProtected(deployment)).toBe(true);
  expect(isProtected(deploy({ stage: 'test' }))).toBe(false);
});
