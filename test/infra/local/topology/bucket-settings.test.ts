import { expect, it } from 'vitest';
import { SETTINGS } from '../../../../infra/local/aws/s3/settings.ts';
import { readTopology } from '../../../../infra/local/topology/read-topology.ts';
import { assemblyOf, PLACE } from './made-up.ts';

const CORS = { AllowedMethods: ['GET'], AllowedOrigins: ['*'], MaxAge: 60 };
const PRIVATE = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
};
const ENCRYPTION = { ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } };
const TAG = { Key: 'k', Value: 'v' };

it.each<[string, Record<string, unknown>, string, Record<string, unknown>]>([
  [
    'CORS',
    { CorsConfiguration: { CorsRules: [CORS] } },
    'cors',
    {
      CORSRule: [
        {
          AllowedHeader: [],
          AllowedMethod: ['GET'],
          AllowedOrigin: ['*'],
          ExposeHeader: [],
          MaxAgeSeconds: '60',
        },
      ],
    },
  ],
  [
    'encryption',
    { BucketEncryption: { ServerSideEncryptionConfiguration: [ENCRYPTION] } },
    'encryption',
    { Rule: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] },
  ],
  [
    'owners',
    { OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] } },
    'ownershipControls',
    { Rule: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
  ],
  [
    'public access',
    { PublicAccessBlockConfiguration: PRIVATE },
    'publicAccessBlock',
    {
      BlockPublicAcls: 'true',
      IgnorePublicAcls: 'true',
      BlockPublicPolicy: 'true',
      RestrictPublicBuckets: 'true',
    },
  ],
  ['tags', { Tags: [TAG] }, 'tagging', { TagSet: { Tag: [TAG] } }],
  [
    'a lifecycle of one filter',
    lifecycle({
      Prefix: 'derived/',
      NoncurrentVersionExpiration: { NoncurrentDays: 30, NewerNoncurrentVersions: 2 },
    }),
    'lifecycle',
    {
      Rule: [
        {
          Filter: { Prefix: 'derived/' },
          Status: 'Enabled',
          NoncurrentVersionExpiration: { NoncurrentDays: '30', NewerNoncurrentVersions: '2' },
        },
      ],
    },
  ],
  [
    'a lifecycle of more filters',
    lifecycle({ TagFilters: [TAG, { ...TAG, Key: 'l' }], ObjectSizeGreaterThan: 5, ExpirationInDays: 1 }),
    'lifecycle',
    {
      Rule: [
        {
          Filter: { And: { Tag: [TAG, { ...TAG, Key: 'l' }], ObjectSizeGreaterThan: '5' } },
          Status: 'Enabled',
          Expiration: { Days: '1' },
        },
      ],
    },
  ],
  [
    'a lifecycle of uploads and markers',
    lifecycle({
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
      ExpiredObjectDeleteMarker: true,
    }),
    'lifecycle',
    {
      Rule: [
        {
          Filter: {},
          Status: 'Enabled',
          Expiration: { ExpiredObjectDeleteMarker: 'true' },
          AbortIncompleteMultipartUpload: { DaysAfterInitiation: '7' },
        },
      ],
    },
  ],
])('%s of a template is what S3 has for it', (_, properties, name, expected) => {
  const { settings = {} } = bucketOf(properties) ?? {};
  expect(settings).toEqual({ [name]: expected });
  const schema = Object.entries(SETTINGS).find(([setting]) => setting === name)?.[1].document;
  expect(schema?.safeParse(settings[name]).error).toBeUndefined();
});

it('the policy of a bucket is told by the bucket', () => {
  const Statement = [{ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: 'arn:aws:s3:::made/*' }];
  const PolicyDocument = { Version: '2012-10-17', Statement };
  const policy = ['AWS::S3::BucketPolicy', { Bucket: { Ref: 'Made' }, PolicyDocument }] as const;
  expect(bucketOf({}, { Policy: policy })?.settings).toEqual({ policy: JSON.stringify(PolicyDocument) });
});

it('a rule that could not be carried out is refused', () => {
  const properties = lifecycle({ Transitions: [{ StorageClass: 'GLACIER', TransitionInDays: 1 }] });
  expect(() => bucketOf(properties)).toThrow(/Transitions/);
});

function lifecycle(rule: Record<string, unknown>): Record<string, unknown> {
  return { LifecycleConfiguration: { Rules: [{ Status: 'Enabled', ...rule }] } };
}

function bucketOf(
  properties: Record<string, unknown>,
  more: Record<string, readonly [string, Record<string, unknown>]> = {},
) {
  const resources = { Made: ['AWS::S3::Bucket', { BucketName: 'made', ...properties }] as const, ...more };
  return readTopology(assemblyOf({ resources }), PLACE).buckets[0];
}
