import assert from 'node:assert/strict';
import {
  CopyObjectCommand,
  type CopyObjectCommandInput,
  CreateBucketCommand,
  HeadObjectCommand,
} from '@aws-sdk/client-s3';
import { type Case, feature, refused } from '../case.ts';
import { keepVersions, put, read, removeBucket, type S3World } from './world.ts';

const SOURCE = { ContentType: 'image/png', CacheControl: 'no-store', Metadata: { who: 'me' } };

export const COPY: readonly Case<S3World>[] = feature('copy', [
  {
    id: 'all',
    what: 'a copy has content, headers and metadata of its source',
    async run(on) {
      const { ETag } = await put(on, 'source', 'content', SOURCE);
      const { CopyObjectResult } = await copy(on, {});
      assert.equal(CopyObjectResult?.ETag, ETag);
      assert.equal(await read(on, 'copy'), 'content');
      assert.deepEqual(await described(on, 'copy'), SOURCE);
    },
  },
  {
    id: 'replace',
    what: 'with REPLACE a copy has the headers and metadata of its own request, and nothing of the source’s',
    async run(on) {
      await put(on, 'source', 'content', SOURCE);
      await copy(on, { MetadataDirective: 'REPLACE', ContentType: 'text/plain', Metadata: { other: '1' } });
      assert.deepEqual(await described(on, 'copy'), {
        ...{ ContentType: 'text/plain', CacheControl: undefined },
        Metadata: { other: '1' },
      });
    },
  },
  {
    id: 'ignored',
    what: 'without REPLACE the metadata of the request is of no account',
    async run(on) {
      await put(on, 'source', 'content', SOURCE);
      await copy(on, { Metadata: { other: '1' } });
      assert.deepEqual((await described(on, 'copy')).Metadata, SOURCE.Metadata);
    },
  },
  {
    id: 'onto-itself',
    what: 'an object is not copied onto itself without a change',
    async run(on) {
      await put(on, 'source');
      await refused(copy(on, { Key: 'source' }), 'InvalidRequest', 400);
    },
  },
  {
    id: 'other-class',
    what: 'a storage class that no bucket has is refused by name, onto itself or elsewhere',
    async run(on) {
      await put(on, 'source');
      for (const Key of ['source', 'copy']) {
        const call = copy(on, { Key, StorageClass: 'NO_SUCH_CLASS' as 'STANDARD' });
        await refused(call, 'InvalidStorageClass', 400);
      }
    },
  },
  {
    id: 'onto-itself-changed',
    what: 'an object copied onto itself with REPLACE gets new metadata',
    async run(on) {
      await put(on, 'source', 'content', SOURCE);
      await copy(on, { Key: 'source', MetadataDirective: 'REPLACE', Metadata: { new: '1' } });
      assert.deepEqual((await described(on, 'source')).Metadata, { new: '1' });
      assert.equal(await read(on, 'source'), 'content');
    },
  },
  {
    id: 'other-bucket',
    what: 'a copy may go into another bucket',
    async run(on) {
      const other = `${on.bucket}-other`;
      await on.s3.send(new CreateBucketCommand({ Bucket: other }));
      try {
        await put(on, 'source', 'content', SOURCE);
        await copy(on, { Bucket: other });
        assert.deepEqual(await described({ ...on, bucket: other }, 'copy'), SOURCE);
      } finally {
        await removeBucket(on, other);
      }
    },
  },
  {
    id: 'version',
    what: 'a copy may be made of an older version',
    async run(on) {
      await keepVersions(on);
      const { VersionId } = await put(on, 'source', 'older');
      await put(on, 'source', 'newer');
      const { CopySourceVersionId } = await copy(on, {
        CopySource: `${on.bucket}/source?versionId=${VersionId}`,
      });
      assert.equal(CopySourceVersionId, VersionId);
      assert.equal(await read(on, 'copy'), 'older');
    },
  },
  {
    id: 'leading-slash',
    what: 'the name of the source may begin with a slash',
    async run(on) {
      await put(on, 'source');
      await copy(on, { CopySource: `/${on.bucket}/source` });
    },
  },
  {
    id: 'absent',
    what: 'what is not there cannot be copied',
    run: async (on) => void (await refused(copy(on, {}), 'NoSuchKey', 404)),
  },
  {
    id: 'absent-bucket',
    what: 'nothing can be copied from a bucket that is not there',
    run: async (on) =>
      void (await refused(copy(on, { CopySource: 'conformance-is-not-there/source' }), 'NoSuchBucket', 404)),
  },
  {
    id: 'no-key',
    what: 'a source that names no key is refused',
    run: async (on) => void (await refused(copy(on, { CopySource: on.bucket }), 'InvalidArgument', 400)),
  },
]);

function copy(on: S3World, more: Partial<CopyObjectCommandInput>) {
  const CopySource = `${on.bucket}/source`;
  return on.s3.send(new CopyObjectCommand({ Bucket: on.bucket, Key: 'copy', CopySource, ...more }));
}

async function described({ s3, bucket: Bucket }: S3World, Key: string) {
  const { ContentType, CacheControl, Metadata } = await s3.send(new HeadObjectCommand({ Bucket, Key }));
  return { ContentType, CacheControl, Metadata };
}
