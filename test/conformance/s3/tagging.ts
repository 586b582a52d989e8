import assert from 'node:assert/strict';
import {
  CopyObjectCommand,
  DeleteBucketTaggingCommand,
  DeleteObjectTaggingCommand,
  GetBucketTaggingCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutBucketTaggingCommand,
  PutObjectTaggingCommand,
  type Tag,
} from '@aws-sdk/client-s3';
import { type Case, feature, refused } from '../case.ts';
import { keepVersions, put, read, type S3World } from './world.ts';

const TAGS: Tag[] = [
  { Key: 'who', Value: 'me + you: a/b@c' },
  { Key: 'ü', Value: '' },
];
const many = (count: number): Tag[] => Array.from({ length: count }, (_, i) => ({ Key: `${i}`, Value: 'x' }));

/** Sets of tags that no object may have. */
const BAD: Readonly<Record<string, Tag[]>> = {
  'too-many': many(11),
  twice: [...many(1), ...many(1)],
  'long-key': [{ Key: 'k'.repeat(129), Value: '' }],
  'long-value': [{ Key: 'k', Value: 'v'.repeat(257) }],
};

export const TAGGING: readonly Case<S3World>[] = feature('tag', [
  {
    id: 'object',
    what: 'tags of an object are set, told and removed, and its content stays',
    async run(on) {
      await put(on, 'key');
      assert.deepEqual(await tagsOf(on), []);
      await tag(on, TAGS);
      assert.deepEqual(sorted(await tagsOf(on)), sorted(TAGS));
      assert.equal(await read(on, 'key'), 'content');
      await on.s3.send(new DeleteObjectTaggingCommand({ Bucket: on.bucket, Key: 'key' }));
      assert.deepEqual(await tagsOf(on), []);
    },
  },
  {
    id: 'replaced',
    what: 'new tags replace the old ones, all of them',
    async run(on) {
      await put(on, 'key');
      await tag(on, TAGS);
      await tag(on, many(1));
      assert.deepEqual(await tagsOf(on), many(1));
    },
  },
  {
    id: 'with-put',
    what: 'an object may be put with tags; a read tells how many',
    async run(on) {
      await put(on, 'key', 'content', { Tagging: 'a=1&b=two%20words' });
      assert.deepEqual(sorted(await tagsOf(on)), [
        { Key: 'a', Value: '1' },
        { Key: 'b', Value: 'two words' },
      ]);
      const got = await on.s3.send(new GetObjectCommand({ Bucket: on.bucket, Key: 'key' }));
      await got.Body?.transformToString();
      assert.equal(got.TagCount, 2);
    },
  },
  {
    id: 'put-anew',
    what: 'a put without tags has none, whatever was there',
    async run(on) {
      await put(on, 'key', 'content', { Tagging: 'a=1' });
      await put(on, 'key');
      assert.deepEqual(await tagsOf(on), []);
    },
  },
  {
    id: 'version',
    what: 'each version has tags of its own',
    async run(on) {
      await keepVersions(on);
      const { VersionId } = await put(on, 'key', 'content', { Tagging: '0=x' });
      await put(on, 'key');
      assert.deepEqual([await tagsOf(on), await tagsOf(on, VersionId)], [[], many(1)]);
    },
  },
  {
    id: 'copied',
    what: 'a copy has the tags of its source, or with REPLACE those of its request',
    async run(on) {
      await put(on, 'source', 'content', { Tagging: '0=x' });
      const source = { Bucket: on.bucket, Key: 'key', CopySource: `${on.bucket}/source` };
      await on.s3.send(new CopyObjectCommand(source));
      assert.deepEqual(await tagsOf(on), many(1));
      await on.s3.send(new CopyObjectCommand({ ...source, TaggingDirective: 'REPLACE', Tagging: 'other=1' }));
      assert.deepEqual(await tagsOf(on), [{ Key: 'other', Value: '1' }]);
    },
  },
  {
    id: 'modified',
    what: 'tags change neither the ETag nor the time of an object',
    async run(on) {
      await put(on, 'key');
      const head = async () => {
        const { ETag, LastModified } = await on.s3.send(
          new HeadObjectCommand({ Bucket: on.bucket, Key: 'key' }),
        );
        return { ETag, LastModified };
      };
      const before = await head();
      await tag(on, TAGS);
      assert.deepEqual(await head(), before);
    },
  },
  {
    id: 'absent',
    what: 'what is not there has no tags',
    async run(on) {
      await refused(tagsOf(on), 'NoSuchKey', 404);
      await refused(tag(on, TAGS), 'NoSuchKey', 404);
    },
  },
  ...Object.entries(BAD).map(([id, tags]) => ({
    id,
    what: `tags are refused that are ${id.replaceAll('-', ' ')}`,
    async run(on: S3World) {
      await put(on, 'key');
      await refused(tag(on, tags), ['InvalidTag', 'BadRequest'], 400);
    },
  })),
  {
    id: 'bucket',
    what: 'tags of a bucket are set, told and removed',
    async run({ s3, bucket: Bucket }) {
      const tags = async () => (await s3.send(new GetBucketTaggingCommand({ Bucket }))).TagSet;
      await refused(tags(), 'NoSuchTagSet', 404);
      await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: TAGS } }));
      assert.deepEqual(sorted((await tags()) ?? []), sorted(TAGS));
      await s3.send(new DeleteBucketTaggingCommand({ Bucket }));
      await refused(tags(), 'NoSuchTagSet', 404);
    },
  },
]);

function tag({ s3, bucket: Bucket }: S3World, TagSet: Tag[]) {
  return s3.send(new PutObjectTaggingCommand({ Bucket, Key: 'key', Tagging: { TagSet } }));
}

async function tagsOf({ s3, bucket: Bucket }: S3World, VersionId?: string): Promise<Tag[]> {
  return (await s3.send(new GetObjectTaggingCommand({ Bucket, Key: 'key', VersionId }))).TagSet ?? [];
}

function sorted(tags: Tag[]): Tag[] {
  return tags.toSorted((a, b) => (String(a.Key) < String(b.Key) ? -1 : 1));
}
