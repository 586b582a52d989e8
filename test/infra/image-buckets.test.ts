import { beforeAll, expect, it } from 'vitest';
import { type Deployment, deploy, PLACE } from './deployment.ts';

const QUEUE = 'arn:aws:sqs:eu-west-1:111122223333:darkroom-work';
const INPUT = 'darkroom-input-111122223333-eu-west-1';
const OUTPUT = 'darkroom-output-111122223333-eu-west-1';

let deployment: Deployment;
beforeAll(() => {
  deployment = deploy();
});

it('buckets have the account and the region in their names, since these are the whole world’s', () => {
  const names = deployment.all('AWS::S3::Bucket').map(({ properties }) => properties.BucketName);
  expect(names).toEqual([INPUT, OUTPUT]);
});

it.each([INPUT, OUTPUT])('%s is private, encrypted, without ACLs, and outlives the stack', (BucketName) => {
  const { properties, template } = deployment.one('AWS::S3::Bucket', { BucketName });
  expect(properties).toMatchObject({
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    },
    OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
    BucketEncryption: {
      ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
    },
  });
  expect(template).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
});

it.each([INPUT, OUTPUT])('%s refuses whoever comes without TLS', (Bucket) => {
  const arn = `arn:aws:s3:::${Bucket}`;
  expect(deployment.one('AWS::S3::BucketPolicy', { Bucket }).properties).toMatchObject({
    PolicyDocument: {
      Statement: [
        {
          Effect: 'Deny',
          Principal: { AWS: '*' },
          Action: 's3:*',
          Resource: [arn, `${arn}/*`],
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ],
    },
  });
});

it('the input bucket keeps every version of an upload', () => {
  expect(deployment.one('AWS::S3::Bucket', { BucketName: INPUT }).properties).toMatchObject({
    VersioningConfiguration: { Status: 'Enabled' },
  });
});

it('the input bucket tells the work queue of what comes and what goes', () => {
  expect(deployment.one('AWS::S3::Bucket', { BucketName: INPUT }).properties).toMatchObject({
    NotificationConfiguration: {
      QueueConfigurations: [
        { Event: 's3:ObjectCreated:*', Queue: QUEUE },
        { Event: 's3:ObjectRemoved:*', Queue: QUEUE },
      ],
    },
  });
});

it('the input bucket is made after the queue takes its events, and only its: S3 tries that out', () => {
  const [policy] = deployment
    .all('AWS::SQS::QueuePolicy')
    .filter(({ properties }) => JSON.stringify(properties).includes('s3.amazonaws.com'));
  const input = deployment.one('AWS::S3::Bucket', { BucketName: INPUT });
  expect(input.template.DependsOn).toContain(policy?.id);
  expect(policy?.properties).toMatchObject({
    PolicyDocument: {
      Statement: expect.arrayContaining([
        {
          Effect: 'Allow',
          Principal: { Service: 's3.amazonaws.com' },
          Action: 'sqs:SendMessage',
          Resource: QUEUE,
          Condition: {
            ArnLike: { 'aws:SourceArn': `arn:aws:s3:::${INPUT}` },
            StringEquals: { 'aws:SourceAccount': PLACE.accountId },
          },
        },
      ]),
    },
  });
});
