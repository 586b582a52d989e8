import assert from 'node:assert/strict';
import {
  GetBucketCorsCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketPolicyCommand,
  GetBucketReplicationCommand,
  GetBucketRequestPaymentCommand,
  GetBucketWebsiteCommand,
  GetObjectAttributesCommand,
  type GetObjectAttributesCommandInput,
  GetObjectLockConfigurationCommand,
} from '@aws-sdk/client-s3';
import { type Case, feature, refused } from '../case.ts';
import { completeUpload, FIRST, SECOND, twoParts } from './parts.ts';
import { put, type S3World } from './world.ts';

/** What a new bucket has not, and how it says so. */
const UNSET: Readonly<Record<string, (on: S3World) => [call: Promise<unknown>, code: string]>> = {
  cors: ({ s3, bucket: Bucket }) => [
    s3.send(new GetBucketCorsCommand({ Bucket })),
    'NoSuchCORSConfiguration',
  ],
  lifecycle: ({ s3, bucket: Bucket }) => [
    s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket })),
    'NoSuchLifecycleConfiguration',
  ],
  policy: ({ s3, bucket: Bucket }) => [s3.send(new GetBucketPolicyCommand({ Bucket })), 'NoSuchBucketPolicy'],
  website: ({ s3, bucket: Bucket }) => [
    s3.send(new GetBucketWebsiteCommand({ Bucket })),
    'NoSuchWebsiteConfiguration',
  ],
  replication: ({ s3, bucket: Bucket }) => [
    s3.send(new GetBucketReplicationCommand({ Bucket })),
    'ReplicationConfigurationNotFoundError',
  ],
  'object-lock': ({ s3, bucket: Bucket }) => [
    s3.send(new GetObjectLockConfigurationCommand({ Bucket })),
    'ObjectLockConfigurationNotFoundError',
  ],
};

export const SETTINGS: readonly Case<S3World>[] = feature('setting', [
  ...Object.entries(UNSET).map(([id, ask]) => ({
    id: `unset-${id}`,
    what: `a new bucket has no ${id}, and says so`,
    run: async (on: S3World) => void (await refused(...ask(on), 404)),
  })),
  {
    id: 'payer',
    what: 'the owner of a bucket pays',
    async run({ s3, bucket: Bucket }) {
      const { Payer } = await s3.send(new GetBucketRequestPaymentCommand({ Bucket }));
      assert.equal(Payer, 'BucketOwner');
    },
  },
  {
    id: 'notification',
    what: 'a new bucket notifies nobody',
    async run({ s3, bucket: Bucket }) {
      const told = await s3.send(new GetBucketNotificationConfigurationCommand({ Bucket }));
      assert.deepEqual([told.QueueConfigurations ?? [], told.TopicConfigurations ?? []], [[], []]);
    },
  },
  {
    id: 'attributes',
    what: 'GetObjectAttributes tells what was asked for, and no more',
    async run(on) {
      const { ETag } = await put(on, 'key', 'content', { ChecksumAlgorithm: 'SHA256' });
      const all = await attributes(on, ['ETag', 'ObjectSize', 'StorageClass', 'Checksum', 'ObjectParts']);
      assert.deepEqual(
        [`"${all.ETag}"`, all.ObjectSize, all.StorageClass, all.ObjectParts],
        [ETag, 7, 'STANDARD', undefined],
      );
      assert.match(all.Checksum?.ChecksumSHA256 ?? '', /=$/);
      const some = await attributes(on, ['ObjectSize']);
      assert.deepEqual([some.ETag, some.ObjectSize, some.Checksum], [undefined, 7, undefined]);
    },
  },
  {
    id: 'attributes-of-parts',
    what: 'GetObjectAttributes tells the parts of a multipart upload',
    async run(on) {
      await completeUpload(on, await twoParts(on, { ChecksumAlgorithm: 'SHA256' }));
      const { ObjectParts, ObjectSize } = await attributes(on, ['ObjectParts', 'ObjectSize']);
      assert.equal(ObjectParts?.TotalPartsCount, 2);
      assert.deepEqual(
        ObjectParts?.Parts?.map(({ Size }) => Size),
        [FIRST.length, SECOND.length],
      );
      assert.equal(ObjectSize, FIRST.length + SECOND.length);
    },
  },
  {
    id: 'attributes-of-nothing',
    what: 'GetObjectAttributes of what is not there is NoSuchKey',
    run: async (on) => void (await refused(attributes(on, ['ETag']), 'NoSuchKey', 404)),
  },
]);

function attributes(
  { s3, bucket: Bucket }: S3World,
  ObjectAttributes: NonNullable<GetObjectAttributesCommandInput['ObjectAttributes']>,
) {
  return s3.send(new GetObjectAttributesCommand({ Bucket, Key: 'key', ObjectAttributes }));
}
