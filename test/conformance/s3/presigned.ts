import assert from 'node:assert/strict';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { answers, type Case, feature, refused } from '../case.ts';
import { put, read, type S3World, type SignedUrlOptions, signedUrl } from './world.ts';

const OVERRIDES = {
  ResponseCacheControl: ['cache-control', 'max-age=7'],
  ResponseContentDisposition: ['content-disposition', 'attachment; filename="a b.jpg"'],
  ResponseContentEncoding: ['content-encoding', 'x-test'],
  ResponseContentLanguage: ['content-language', 'sv'],
  ResponseContentType: ['content-type', 'text/x-test'],
  ResponseExpires: ['expires', 'Thu, 01 Jan 2032 00:00:00 GMT'],
} as const;
const DAY_S = 86_400;

/** What is done to a good URL, and how it is then refused. */
const SPOILT: readonly (readonly [id: string, spoil: (url: string) => string, codes: string])[] = [
  ['other-key', (url) => url.replace('/key?', '/other?'), 'SignatureDoesNotMatch'],
  ['more-parameters', (url) => `${url}&versionId=null`, 'SignatureDoesNotMatch'],
  ['other-expiry', (url) => url.replace('X-Amz-Expires=300', 'X-Amz-Expires=301'), 'SignatureDoesNotMatch'],
  ['other-signature', (url) => url.replace(/(X-Amz-Signature=)./, '$1x'), 'SignatureDoesNotMatch'],
  ['other-caller', (url) => url.replace(/(X-Amz-Credential=)/, '$1other-'), 'InvalidAccessKeyId'],
];

export const PRESIGNED: readonly Case<S3World>[] = feature('presigned', [
  {
    id: 'get',
    what: 'a presigned GET reads',
    run: async (on) => void assert.equal(await answers(await get(on), 200), 'content'),
  },
  {
    id: 'head',
    what: 'a presigned HEAD describes',
    async run(on) {
      await put(on, 'key');
      const url = await signedUrl(on, new HeadObjectCommand({ Bucket: on.bucket, Key: 'key' }));
      const answer = await fetch(url, { method: 'HEAD' });
      assert.deepEqual([answer.status, answer.headers.get('content-length')], [200, '7']);
    },
  },
  {
    id: 'put',
    what: 'a presigned PUT writes',
    async run(on) {
      await answers(await putBy(on, {}), 200);
      assert.equal(await read(on, 'key'), 'content');
    },
  },
  {
    id: 'delete',
    what: 'a presigned DELETE deletes',
    async run(on) {
      await put(on, 'key');
      const url = await signedUrl(on, new DeleteObjectCommand({ Bucket: on.bucket, Key: 'key' }));
      await answers(await fetch(url, { method: 'DELETE' }), 204);
      await refused(read(on, 'key'), 'NoSuchKey');
    },
  },
  ...Object.entries(OVERRIDES).map(([parameter, [header, value]]) => ({
    id: header,
    what: `${parameter} overrides ${header}`,
    async run(on: S3World) {
      await put(on, 'key', 'content', { ContentType: 'image/png', CacheControl: 'no-store' });
      const override = { [parameter]: parameter === 'ResponseExpires' ? new Date(value) : value };
      const url = await signedUrl(on, new GetObjectCommand({ Bucket: on.bucket, Key: 'key', ...override }));
      assert.equal((await fetch(url)).headers.get(header), value);
    },
  })),
  ...SPOILT.map(([id, spoil, code]) => ({
    id,
    what: `a URL with ${id.replaceAll('-', ' ')} than was signed is refused`,
    run: async (on: S3World) => void (await answers(await get(on, {}, spoil), 403, code)),
  })),
  {
    id: 'other-method',
    what: 'a URL that reads does not delete',
    async run(on) {
      await put(on, 'key');
      const url = await signedUrl(on, new GetObjectCommand({ Bucket: on.bucket, Key: 'key' }));
      await answers(await fetch(url, { method: 'DELETE' }), 403, 'SignatureDoesNotMatch');
    },
  },
  {
    id: 'expired',
    what: 'a URL does not outlive its time',
    async run(on) {
      const signingDate = new Date(Date.now() - 120_000);
      await answers(await get(on, { signingDate, expiresIn: 60 }), 403, 'AccessDenied');
    },
  },
  {
    id: 'not-yet',
    what: 'a URL of tomorrow is refused',
    async run(on) {
      const signingDate = new Date(Date.now() + DAY_S * 1_000);
      const answer = await get(on, { signingDate });
      await answer.arrayBuffer();
      assert.equal(answer.status, 403);
    },
  },
  {
    id: 'too-long',
    what: 'a URL is good for a week at most',
    async run(on) {
      const spoil = (url: string) => url.replace('X-Amz-Expires=300', `X-Amz-Expires=${7 * DAY_S + 1}`);
      await answers(await get(on, {}, spoil), 400, 'AuthorizationQueryParametersError');
    },
  },
  {
    id: 'signed-header',
    what: 'a header that was signed must be as it was',
    async run(on) {
      const options = { signableHeaders: new Set(['content-type']) };
      await answers(await putBy(on, { 'content-type': 'text/html' }, options), 403, 'SignatureDoesNotMatch');
      await answers(await putBy(on, { 'content-type': 'image/png' }, options), 200);
    },
  },
]);

async function get(
  on: S3World,
  options: SignedUrlOptions = {},
  spoil = (url: string) => url,
): Promise<Response> {
  await put(on, 'key');
  const url = await signedUrl(on, new GetObjectCommand({ Bucket: on.bucket, Key: 'key' }), options);
  return fetch(spoil(url));
}

async function putBy(
  on: S3World,
  headers: Record<string, string>,
  options: SignedUrlOptions = {},
): Promise<Response> {
  const command = new PutObjectCommand({ Bucket: on.bucket, Key: 'key', ContentType: 'image/png' });
  return fetch(await signedUrl(on, command, options), { method: 'PUT', headers, body: 'content' });
}
