import { beforeAll, expect, it } from 'vitest';
import { type Deployment, deploy, PLACE } from './deployment.ts';

const QUEUE = 'arn:aws:sqs:eu-west-1:111122223333:darkroom-work';
const INPUT = 'darkroom-input-111122223333-eu-west-1';
const LOGS = 'darkroom-access-logs-111122223333-eu-west-1';
const OUTPUT = 'darkroom-output-111122223333-eu-west-1';

let deployment: Deployment;
beforeAll(() => {
  deployment = deploy();
});

it('buckets have the account and the region in their names, since these are the whole world’s', () => {
  const names = deployment.all('AWS::S3::Bucket').map(({ properties }) => properties.BucketName);
  expect(names.toSorted()).toEqual([LOGS, INPUT, OUTPUT]);
});

it.each([INPUT, OUTPUT, LOGS])(
  '%s is private, encrypted, without ACLs, and outlives the stack',
  (BucketName) => {
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
  },
);

it.each([INPUT, OUTPUT, LOGS])(
  '%s refuses whoever comes without TLS, or with one that is broken',
  (Bucket) => {
    const arn = `arn:aws:s3:::${Bucket}`;
    expect(deployment.one('AWS::S3::BucketPolicy', { Bucket }).properties).toMatchObject({
      PolicyDocument: {
        Statement: expect.arrayContaining(
          [{ Bool: { 'aws:SecureTransport': 'false' } }, { NumericLessThan: { 's3:TlsVersion': 1.2 } }].map(
            (Condition) => ({
              ...{ Effect: 'Deny', Principal: { AWS: '*' }, Action: 's3:*', Resource: [arn, `${arn}/*`] },
              Condition,
            }),
          ),
        ),
      },
    });
  },
);

it.each([
  [INPUT, 30, []],
  [
    OUTPUT,
    7,
    [{ Id: 'kept-derivations', ExpirationInDays: 90, TagFilters: [{ Key: 'kept', Value: 'on-demand' }] }],
  ],
])(
  '%s keeps every version, old ones for %i days, and no parts of uploads that nobody finished',
  (name, days, more) => {
    expect(deployment.one('AWS::S3::Bucket', { BucketName: name }).properties).toMatchObject({
      VersioningConfiguration: { Status: 'Enabled' },
      LifecycleConfiguration: {
        Rules: [
          { Id: 'stray-uploads', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } },
          {
            Id: 'old-versions',
            NoncurrentVersionExpiration: { NoncurrentDays: days },
            ExpiredObjectDeleteMarker: true,
          },
          ...more,
        ],
      },
    });
  },
);

it('who asked for what is kept beside, under the name of the bucket, and only for a time', () => {
  for (const [name, folder] of [
    [INPUT, 'input/'],
    [OUTPUT, 'output/'],
  ] as const)
    expect(deployment.one('AWS::S3::Bucket', { BucketName: name }).properties).toMatchObject({
      LoggingConfiguration: { DestinationBucketName: LOGS, LogFilePrefix: folder },
    });
  expect(deployment.one('AWS::S3::Bucket', { BucketName: LOGS }).properties).toMatchObject({
    LifecycleConfiguration: { Rules: [{ ExpirationInDays: 30 }] },
  });
});

it('pages of other origins may upload only where they were named', () => {
  const corsOf = (of: Deployment): unknown =>
    of.one('AWS::S3::Bucket', { BucketName: INPUT }).properties.CorsConfiguration;
  expect(corsOf(deployment)).toBeUndefined();
  expect(corsOf(deploy({ corsOrigins: 'https://a.example,https://b.example' }))).toMatchObject({
    CorsRules: [
      { AllowedOrigins: ['https://a.example', 'https://b.example'], AllowedMethods: ['POST', 'PUT'] },
    ],
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
