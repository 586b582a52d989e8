import assert from 'node:assert/strict';
import {
  type CORSRule,
  DeleteBucketCorsCommand,
  GetBucketCorsCommand,
  GetObjectCommand,
  PutBucketCorsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { type Case, feature, refused } from '../case.ts';
import { put, type S3World, signedUrl } from './world.ts';

const ORIGIN = 'https://pictures.example';
const RULES: CORSRule[] = [
  {
    AllowedOrigins: [ORIGIN, 'https://*.gallery.example'],
    AllowedMethods: ['GET', 'PUT'],
    AllowedHeaders: ['content-type', 'x-amz-*'],
    ExposeHeaders: ['etag'],
    MaxAgeSeconds: 60,
  },
];

/** What a browser asks before it calls, and whether it may. */
const PREFLIGHTS: readonly (readonly [id: string, asked: Record<string, string>, allowed: boolean])[] = [
  ['method', { 'access-control-request-method': 'PUT' }, true],
  [
    'headers',
    { 'access-control-request-method': 'PUT', 'access-control-request-headers': 'content-type, x-amz-date' },
    true,
  ],
  ['wildcard', { origin: 'https://my.gallery.example', 'access-control-request-method': 'GET' }, true],
  ['other-origin', { origin: 'https://elsewhere.example', 'access-control-request-method': 'GET' }, false],
  ['other-method', { 'access-control-request-method': 'DELETE' }, false],
  [
    'other-header',
    { 'access-control-request-method': 'PUT', 'access-control-request-headers': 'authorization' },
    false,
  ],
];

export const CORS: readonly Case<S3World>[] = feature('cors', [
  {
    id: 'kept',
    what: 'rules are set, told and removed',
    async run({ s3, bucket: Bucket, ...on }) {
      await setRules({ s3, bucket: Bucket, ...on });
      const read = async () => (await s3.send(new GetBucketCorsCommand({ Bucket }))).CORSRules;
      assert.deepEqual(await read(), RULES);
      await s3.send(new DeleteBucketCorsCommand({ Bucket }));
      await refused(read(), 'NoSuchCORSConfiguration', 404);
    },
  },
  ...PREFLIGHTS.map(([id, asked, allowed]) => ({
    id: `preflight-${id}`,
    what: `a preflight (${id.replace('-', ' ')}) is ${allowed ? 'allowed' : 'refused'}`,
    async run(on: S3World) {
      await setRules(on);
      const headers = { origin: ORIGIN, ...asked };
      const url = `${on.target.endpoint}/${on.bucket}/key`;
      const answer = await fetch(url, { method: 'OPTIONS', headers });
      await answer.arrayBuffer();
      assert.equal(answer.status, allowed ? 200 : 403);
      assert.equal(answer.headers.get('access-control-allow-origin'), allowed ? headers.origin : null);
      if (allowed) assert.equal(answer.headers.get('access-control-max-age'), '60');
    },
  })),
  {
    id: 'preflight-unset',
    what: 'a bucket without rules refuses a preflight',
    async run(on) {
      const headers = { origin: ORIGIN, 'access-control-request-method': 'GET' };
      const answer = await fetch(`${on.target.endpoint}/${on.bucket}/key`, { method: 'OPTIONS', headers });
      await answer.arrayBuffer();
      assert.equal(answer.status, 403);
    },
  },
  {
    id: 'read',
    what: 'a read from an allowed origin says so, and what a script may see',
    async run(on) {
      await setRules(on);
      await put(on, 'key');
      const url = await signedUrl(on, new GetObjectCommand({ Bucket: on.bucket, Key: 'key' }));
      const answer = await fetch(url, { headers: { origin: ORIGIN } });
      await answer.arrayBuffer();
      const names = ['access-control-allow-origin', 'access-control-expose-headers'];
      assert.deepEqual(
        names.map((name) => answer.headers.get(name)?.toLowerCase()),
        [ORIGIN, 'etag'],
      );
    },
  },
  {
    id: 'write',
    what: 'a write from an allowed origin says so',
    async run(on) {
      await setRules(on);
      const url = await signedUrl(on, new PutObjectCommand({ Bucket: on.bucket, Key: 'key' }));
      const answer = await fetch(url, { method: 'PUT', headers: { origin: ORIGIN }, body: 'content' });
      assert.deepEqual([answer.status, answer.headers.get('access-control-allow-origin')], [200, ORIGIN]);
    },
  },
  {
    id: 'other-origin',
    what: 'a read from another origin is answered, without a word for its script',
    async run(on) {
      await setRules(on);
      await put(on, 'key');
      const url = await signedUrl(on, new GetObjectCommand({ Bucket: on.bucket, Key: 'key' }));
      const answer = await fetch(url, { headers: { origin: 'https://elsewhere.example' } });
      await answer.arrayBuffer();
      assert.deepEqual([answer.status, answer.headers.get('access-control-allow-origin')], [200, null]);
    },
  },
]);

async function setRules({ s3, bucket: Bucket }: S3World): Promise<void> {
  await s3.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules: RULES } }));
}
