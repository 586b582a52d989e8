import assert from 'node:assert/strict';
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  GetBucketAclCommand,
  GetBucketLocationCommand,
  GetBucketVersioningCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutBucketVersioningCommand,
} from '@aws-sdk/client-s3';
import { type Case, feature, refused } from '../case.ts';
import { put, type S3World } from './world.ts';

const ABSENT = 'conformance-is-not-there';
const BAD_NAMES: Readonly<Record<string, string>> = {
  short: 'ab',
  long: 'a'.repeat(64),
  'upper-case': 'Upper-Case',
  underscore: 'under_score',
  'like-an-address': '192.168.0.1',
  dots: 'two..dots',
};

export const BUCKETS: readonly Case<S3World>[] = feature('bucket', [
  {
    id: 'list',
    what: 'ListBuckets names a bucket and when it was made',
    async run({ s3, bucket }) {
      const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
      const own = Buckets.find(({ Name }) => Name === bucket);
      assert.ok(Math.abs(Date.now() - Number(own?.CreationDate)) < 60_000);
    },
  },
  {
    id: 'head',
    what: 'HeadBucket finds what is there',
    run: async ({ s3, bucket: Bucket }) => void (await s3.send(new HeadBucketCommand({ Bucket }))),
  },
  {
    id: 'head-absent',
    what: 'HeadBucket does not find what is not there',
    run: async ({ s3 }) =>
      void (await refused(s3.send(new HeadBucketCommand({ Bucket: ABSENT })), 'NotFound', 404)),
  },
  {
    id: 'create-again',
    what: 'in us-east-1 a bucket of one’s own may be made again, and keeps what it has',
    async run(on) {
      await put(on, 'kept');
      await on.s3.send(new CreateBucketCommand({ Bucket: on.bucket }));
      const { KeyCount } = await on.s3.send(new ListObjectsV2Command({ Bucket: on.bucket }));
      assert.equal(KeyCount, 1);
    },
  },
  ...Object.entries(BAD_NAMES).map(([id, Bucket]) => ({
    id: `name-${id}`,
    what: `a bucket cannot be named ${Bucket.slice(0, 20)}`,
    run: async ({ s3 }: S3World) =>
      void (await refused(s3.send(new CreateBucketCommand({ Bucket })), 'InvalidBucketName', 400)),
  })),
  {
    id: 'delete',
    what: 'a deleted bucket is gone',
    async run({ s3, bucket: Bucket }) {
      await s3.send(new DeleteBucketCommand({ Bucket }));
      await refused(s3.send(new ListObjectsV2Command({ Bucket })), 'NoSuchBucket', 404);
    },
  },
  {
    id: 'delete-full',
    what: 'a bucket that holds an object is not deleted',
    async run(on) {
      await put(on, 'kept');
      await refused(on.s3.send(new DeleteBucketCommand({ Bucket: on.bucket })), 'BucketNotEmpty', 409);
    },
  },
  {
    id: 'delete-absent',
    what: 'what is not there cannot be deleted',
    run: async ({ s3 }) =>
      void (await refused(s3.send(new DeleteBucketCommand({ Bucket: ABSENT })), 'NoSuchBucket', 404)),
  },
  {
    id: 'put-absent',
    what: 'nothing can be put into a bucket that is not there',
    run: async (on) => void (await refused(put({ ...on, bucket: ABSENT }, 'key'), 'NoSuchBucket', 404)),
  },
  {
    id: 'location',
    what: 'the location of a bucket in us-east-1 is empty',
    async run({ s3, bucket: Bucket }) {
      const { LocationConstraint } = await s3.send(new GetBucketLocationCommand({ Bucket }));
      assert.equal(LocationConstraint ?? '', '');
    },
  },
  {
    id: 'acl',
    what: 'a bucket is its owner’s, who may do all',
    async run({ s3, bucket: Bucket }) {
      const { Owner, Grants } = await s3.send(new GetBucketAclCommand({ Bucket }));
      assert.deepEqual(
        Grants?.map(({ Grantee, Permission }) => [Grantee?.ID, Permission]),
        [[Owner?.ID, 'FULL_CONTROL']],
      );
    },
  },
  {
    id: 'versioning',
    what: 'versioning is unset, then as it was set',
    async run({ s3, bucket: Bucket }) {
      const status = async () => (await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status;
      assert.equal(await status(), undefined);
      for (const Status of ['Enabled', 'Suspended'] as const) {
        await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
        assert.equal(await status(), Status);
      }
    },
  },
]);
