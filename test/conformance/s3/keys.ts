import assert from 'node:assert/strict';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
} from '@aws-sdk/client-s3';
import { type Case, feature, refused } from '../case.ts';
import { fromUrlEncoding, put, read, type S3World } from './world.ts';

/** Keys that a URL, a form, a document or a file system would like to change. */
const AWKWARD: Readonly<Record<string, string>> = {
  space: 'with a space',
  'spaces-around': ' around ',
  plus: 'a+b',
  percent: '100%',
  'percent-encoded': 'a%20b%2Fc',
  question: 'what?x=1&y=2',
  hash: 'a#b',
  quotes: `"it's"`,
  markup: '<&>]]>',
  backslash: 'a\\b',
  colon: 'a:b;c=d,e@f!g$h*(i)',
  'double-slash': 'a//b',
  'leading-slash': '/a',
  'trailing-slash': 'a/',
  dots: '..',
  'dots-inside': 'a/../b/./c',
  controls: 'tab\tnewline\ncr\r',
  unicode: 'äöü/日本語.jpg',
  combining: 'e\u0301 is not \u00e9',
  emoji: '😀😀',
  bom: '\u{feff}a',
  'longest-ascii': 'k'.repeat(1_024),
  'longest-unicode': '日'.repeat(341),
};

export const KEYS: readonly Case<S3World>[] = feature('key', [
  ...Object.entries(AWKWARD).map(([id, key]) => ({
    id,
    what: `the key ${JSON.stringify(key.slice(0, 40))} is exact in every operation`,
    run: (on: S3World) => exact(on, key),
  })),
  {
    id: 'too-long',
    what: 'a key of more than 1,024 bytes is refused',
    run: async (on) => void (await refused(put(on, 'ü'.repeat(513)), 'KeyTooLongError', 400)),
  },
  {
    id: 'case',
    what: 'keys that differ in case are two',
    async run(on) {
      await put(on, 'Key', 'upper');
      await put(on, 'key', 'lower');
      assert.equal(await read(on, 'Key'), 'upper');
    },
  },
  {
    id: 'under-a-key',
    what: 'a key may go on where another ends',
    async run(on) {
      for (const key of ['a', 'a/b', 'a/b/c']) await put(on, key, key);
      for (const key of ['a', 'a/b', 'a/b/c']) assert.equal(await read(on, key), key);
    },
  },
]);

async function exact(on: S3World, Key: string): Promise<void> {
  const Bucket = on.bucket;
  await put(on, Key, Key);
  assert.equal(await read(on, Key), Key);
  await on.s3.send(new HeadObjectCommand({ Bucket, Key }));
  const listed = await on.s3.send(new ListObjectsV2Command({ Bucket, Prefix: Key, EncodingType: 'url' }));
  assert.deepEqual(
    listed.Contents?.map((one) => fromUrlEncoding(one.Key ?? '')),
    [Key],
  );
  const CopySource = encodeURIComponent(`${Bucket}/${Key}`);
  await on.s3.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource }));
  assert.equal(await read(on, 'copy'), Key);
  await on.s3.send(new DeleteObjectCommand({ Bucket, Key }));
  await refused(read(on, Key), 'NoSuchKey', 404);
}
