import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import { type Case, feature } from '../case.ts';
import { put, type S3World, signedUrl } from './world.ts';

const DIGITS = '0123456789';
const ETAG = `"${createHash('md5').update(DIGITS).digest('hex')}"`;
const PAST = 'Thu, 01 Jan 1970 00:00:00 GMT';
const FUTURE = 'Thu, 01 Jan 2099 00:00:00 GMT';

/** Header Range, status, body, Content-Range. */
const RANGES = [
  ['first-byte', 'bytes=0-0', 206, '0', 'bytes 0-0/10'],
  ['inner', 'bytes=2-4', 206, '234', 'bytes 2-4/10'],
  ['open', 'bytes=3-', 206, '3456789', 'bytes 3-9/10'],
  ['beyond-the-end', 'bytes=8-99', 206, '89', 'bytes 8-9/10'],
  ['suffix', 'bytes=-3', 206, '789', 'bytes 7-9/10'],
  ['long-suffix', 'bytes=-5000', 206, DIGITS, 'bytes 0-9/10'],
  ['behind-the-end', 'bytes=10-', 416, undefined, null],
  ['empty-suffix', 'bytes=-0', 416, undefined, null],
  ['backwards', 'bytes=5-2', 200, DIGITS, null],
  ['many', 'bytes=0-1,3-4', 200, DIGITS, null],
  ['other-unit', 'lines=1-2', 200, DIGITS, null],
] as const;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html: which condition wins over which. */
const CONDITIONS: readonly (readonly [id: string, headers: Record<string, string>, status: number])[] = [
  ['match', { 'if-match': ETAG }, 200],
  ['match-any', { 'if-match': '*' }, 200],
  ['match-other', { 'if-match': '"other"' }, 412],
  ['none-match', { 'if-none-match': ETAG }, 304],
  ['none-match-other', { 'if-none-match': '"other"' }, 200],
  ['modified', { 'if-modified-since': PAST }, 200],
  ['not-modified', { 'if-modified-since': FUTURE }, 304],
  ['unmodified', { 'if-unmodified-since': FUTURE }, 200],
  ['not-unmodified', { 'if-unmodified-since': PAST }, 412],
  ['match-wins', { 'if-match': ETAG, 'if-unmodified-since': PAST }, 200],
  ['none-match-wins', { 'if-none-match': ETAG, 'if-modified-since': PAST }, 304],
  ['none-match-other-wins', { 'if-none-match': '"other"', 'if-modified-since': FUTURE }, 200],
];

/** RFC 9110 §13.1.5: a range of what it was is no range of what it is now. Value of If-Range, given the ETag and the time of the object. */
const IF_RANGES: readonly (readonly [
  id: string,
  value: (now: { readonly etag: string; readonly modified: string }) => string,
  status: 200 | 206,
])[] = [
  ['etag', ({ etag }) => etag, 206],
  ['etag-other', () => '"other"', 200],
  ['etag-weak', ({ etag }) => `W/${etag}`, 200],
  ['date', ({ modified }) => modified, 206],
  ['date-past', () => PAST, 200],
  ['date-future', () => FUTURE, 200],
];

export const RANGE: readonly Case<S3World>[] = feature('range', [
  ...RANGES.map(([id, range, status, body, contentRange]) => ({
    id,
    what: `a read with Range ${range} answers ${status}`,
    async run(on: S3World) {
      const answer = await get(on, { range });
      const text = await answer.text();
      assert.equal(answer.status, status);
      if (status !== 416) assert.equal(answer.headers.get('content-range'), contentRange);
      if (body !== undefined) assert.equal(text, body);
    },
  })),
  ...IF_RANGES.map(([id, value, status]) => ({
    id: `if-${id}`,
    what: `a Range with If-Range (${id}) answers ${status}`,
    async run(on: S3World) {
      const head = await get(on, {});
      await head.arrayBuffer();
      const now = { etag: head.headers.get('etag') ?? '', modified: head.headers.get('last-modified') ?? '' };
      const answer = await again(on, { range: 'bytes=2-4', 'if-range': value(now) });
      const text = await answer.text();
      assert.deepEqual([answer.status, text], [status, status === 206 ? '234' : DIGITS]);
    },
  })),
  {
    id: 'if-unsatisfiable',
    what: 'a range that cannot be met is ignored as well where If-Range does not hold',
    async run(on) {
      const answer = await get(on, { range: 'bytes=99-', 'if-range': '"other"' });
      assert.deepEqual([answer.status, await answer.text()], [200, DIGITS]);
    },
  },
]);

export const CONDITIONAL_READ: readonly Case<S3World>[] = feature(
  'read-if',
  CONDITIONS.map(([id, headers, status]) => ({
    id,
    what: `GET and HEAD with ${Object.keys(headers).join(' and ')} (${id}) answer ${status}`,
    async run(on) {
      const answer = await get(on, headers);
      await answer.arrayBuffer();
      assert.equal(answer.status, status, 'GET');
      const url = await signedUrl(on, new HeadObjectCommand({ Bucket: on.bucket, Key: 'key' }));
      assert.equal((await fetch(url, { method: 'HEAD', headers })).status, status, 'HEAD');
    },
  })),
);

async function get(on: S3World, headers: Record<string, string>): Promise<Response> {
  await put(on, 'key', DIGITS);
  return again(on, headers);
}

async function again(on: S3World, headers: Record<string, string>): Promise<Response> {
  const url = await signedUrl(on, new GetObjectCommand({ Bucket: on.bucket, Key: 'key' }));
  return fetch(url, { headers: { ...headers, 'cache-control': 'no-cache' } });
}
