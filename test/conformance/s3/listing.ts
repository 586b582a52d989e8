import assert from 'node:assert/strict';
import { ListObjectsCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { type Case, feature, refused } from '../case.ts';
import { fill, type Listed, lists, namesOf, pages } from './pages.ts';
import { changing, put, type S3World } from './world.ts';

/** In the order of their UTF-8 bytes, which is neither that of a locale nor that of UTF-16. */
const ORDERED = ['0', 'A', 'Z', '_', 'a', 'aB', 'ab', 'b', '~', 'é', 'ﬀ', '😀'];
const FOLDERS = ['a/1', 'a/2', 'a/b/3', 'b', 'c/4', 'd'];

export const LISTING: readonly Case<S3World>[] = feature('list', [
  {
    id: 'empty',
    what: 'an empty bucket lists nothing',
    run: async (on) => void assert.deepEqual(await pages(on, {}), [[]]),
  },
  {
    id: 'order',
    what: 'keys come in the order of their UTF-8 bytes',
    run: (on) => lists(on, ORDERED, {}, [ORDERED]),
  },
  {
    id: 'order-paged',
    what: 'pages of mixed case and script lose and repeat nothing',
    run: (on) =>
      lists(on, ORDERED, { MaxKeys: 5 }, [ORDERED.slice(0, 5), ORDERED.slice(5, 10), ORDERED.slice(10)]),
  },
  {
    id: 'many-pages',
    what: '150 keys come in pages of 7, each once',
    async run(on) {
      const keys = Array.from({ length: 150 }, (_, i) => `k${String(i).padStart(3, '0')}`);
      await fill(on, keys);
      assert.deepEqual((await pages(on, { MaxKeys: 7 })).flat(), keys);
    },
  },
  {
    id: 'prefix',
    what: 'a prefix is no folder: it may end anywhere',
    run: (on) => lists(on, ['ab', 'abc', 'b', 'ABC'], { Prefix: 'ab' }, [['ab', 'abc']]),
  },
  {
    id: 'delimiter',
    what: 'keys up to a delimiter are one common prefix',
    run: (on) => lists(on, FOLDERS, { Delimiter: '/' }, [['b', 'd', 'a/', 'c/']]),
  },
  {
    id: 'delimiter-prefix',
    what: 'the delimiter is looked for behind the prefix',
    run: (on) => lists(on, FOLDERS, { Delimiter: '/', Prefix: 'a/' }, [['a/1', 'a/2', 'a/b/']]),
  },
  {
    id: 'delimiter-long',
    what: 'a delimiter may be any text',
    run: (on) => lists(on, ['a--b', 'a--c', 'a-d'], { Delimiter: '--' }, [['a-d', 'a--']]),
  },
  {
    id: 'delimiter-paged',
    what: 'a common prefix counts as one of a page, and comes once',
    run: (on) => lists(on, FOLDERS, { Delimiter: '/', MaxKeys: 1 }, [['a/'], ['b'], ['c/'], ['d']]),
  },
  {
    id: 'start-after',
    what: 'a listing may start after a key that is not there',
    run: (on) => lists(on, ['a', 'b', 'c'], { StartAfter: 'aa' }, [['b', 'c']]),
  },
  {
    id: 'start-after-folder',
    what: 'to start within a folder leaves its common prefix',
    run: (on) => lists(on, FOLDERS, { Delimiter: '/', StartAfter: 'a/1' }, [['b', 'd', 'a/', 'c/']]),
  },
  {
    id: 'nothing-asked',
    what: 'no keys asked for are no keys, and no more to come',
    run: (on) => lists(on, ['a'], { MaxKeys: 0 }, [[]]),
  },
  {
    id: 'count',
    what: 'KeyCount counts keys and common prefixes',
    async run(on) {
      await fill(on, FOLDERS);
      const page = await on.s3.send(new ListObjectsV2Command({ Bucket: on.bucket, Delimiter: '/' }));
      assert.deepEqual([page.KeyCount, page.MaxKeys, page.IsTruncated], [4, 1_000, false]);
    },
  },
  {
    id: 'contents',
    what: 'each key comes with its size, ETag and time',
    async run(on) {
      const { ETag } = await put(on, 'key', 'content');
      const { Contents } = await on.s3.send(new ListObjectsV2Command({ Bucket: on.bucket }));
      const [one] = Contents ?? [];
      assert.deepEqual([one?.Size, one?.ETag, one?.StorageClass], [7, ETag, 'STANDARD']);
      assert.ok(one?.LastModified instanceof Date);
    },
  },
  {
    id: 'owner',
    what: 'the owner is told when asked for',
    async run(on) {
      await put(on, 'key');
      const list = async (FetchOwner: boolean) =>
        (await on.s3.send(new ListObjectsV2Command({ Bucket: on.bucket, FetchOwner }))).Contents?.[0]?.Owner;
      assert.ok((await list(true))?.ID);
      assert.equal(await list(false), undefined);
    },
  },
  {
    id: 'encoding',
    what: 'encoding-type=url encodes keys, prefixes and delimiters',
    async run(on) {
      await fill(on, ['a b/ü', 'c&d']);
      const page = await on.s3.send(
        new ListObjectsV2Command({ Bucket: on.bucket, EncodingType: 'url', Delimiter: '/' }),
      );
      assert.equal(page.EncodingType, 'url');
      assert.match(page.CommonPrefixes?.[0]?.Prefix ?? '', /^a(\+|%20)b(\/|%2F)$/);
      assert.equal(page.Contents?.[0]?.Key, 'c%26d');
    },
  },
  {
    id: 'bad-token',
    what: 'a continuation token that is none is refused',
    run: async ({ s3, bucket: Bucket }) =>
      void (await refused(
        s3.send(new ListObjectsV2Command({ Bucket, ContinuationToken: 'no token' })),
        'InvalidArgument',
        400,
      )),
  },
  {
    id: 'bad-count',
    what: 'fewer than no keys cannot be asked for',
    run: async ({ s3, bucket: Bucket }) =>
      void (await refused(
        s3.send(new ListObjectsV2Command({ Bucket, MaxKeys: -1 })),
        'InvalidArgument',
        400,
      )),
  },
  ...['1', '3', ''].map((type) => ({
    id: `bad-type-${type || 'empty'}`,
    what: `there is no listing of the type '${type}'`,
    async run(on: S3World) {
      const client = changing(on, ({ query }) => Object.assign(query, { 'list-type': type }));
      await refused(client.send(new ListObjectsV2Command({ Bucket: on.bucket })), 'InvalidArgument', 400);
    },
  })),
  {
    id: 'v1-marker',
    what: 'the first version of the listing goes on after a marker',
    async run({ s3, bucket: Bucket, ...on }) {
      await fill({ s3, bucket: Bucket, ...on }, ['a', 'b', 'c']);
      const page = await s3.send(new ListObjectsCommand({ Bucket, Marker: 'a', MaxKeys: 1 }));
      assert.deepEqual([page.Contents?.map(({ Key }) => Key), page.IsTruncated], [['b'], true]);
    },
  },
  {
    id: 'v1-next-marker',
    what: 'the first version of the listing tells where to go on when there is a delimiter',
    async run({ s3, bucket: Bucket, ...on }) {
      await fill({ s3, bucket: Bucket, ...on }, FOLDERS);
      const seen: string[] = [];
      for (let Marker: string | undefined = ''; Marker !== undefined; ) {
        const page: Listed = await s3.send(
          new ListObjectsCommand({ Bucket, Delimiter: '/', MaxKeys: 1, Marker }),
        );
        seen.push(...namesOf(page));
        Marker = page.NextMarker;
      }
      assert.deepEqual(seen, ['a/', 'b', 'c/', 'd']);
    },
  },
]);
