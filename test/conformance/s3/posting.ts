import assert from 'node:assert/strict';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { createPresignedPost, type PresignedPostOptions } from '@aws-sdk/s3-presigned-post';
import { answers, type Case, feature } from '../case.ts';
import { read, type S3World } from './world.ts';

/** Each a condition of a policy, and a form that does not keep to it. */
const BROKEN: readonly (readonly [id: string, form: Form, status: number, code: string])[] = [
  ['too-large', { Conditions: [['content-length-range', 0, 6]] }, 400, 'EntityTooLarge'],
  ['too-small', { Conditions: [['content-length-range', 8, 99]] }, 400, 'EntityTooSmall'],
  ['other-key', { change: { key: 'other' } }, 403, 'AccessDenied'],
  [
    'not-equal',
    { Conditions: [['eq', '$Content-Type', 'image/png']], change: { 'Content-Type': 'text/html' } },
    403,
    'AccessDenied',
  ],
  [
    'does-not-start-with',
    { Conditions: [['starts-with', '$Content-Type', 'image/']], change: { 'Content-Type': 'text/html' } },
    403,
    'AccessDenied',
  ],
  [
    'does-not-all-start-with',
    {
      Conditions: [['starts-with', '$Content-Type', 'image/']],
      change: { 'Content-Type': 'image/png,text/html' },
    },
    403,
    'AccessDenied',
  ],
  ['field-of-no-condition', { change: { 'x-amz-meta-who': 'me' } }, 403, 'AccessDenied'],
  ['missing-field', { Conditions: [{ 'x-amz-meta-who': 'me' }] }, 403, 'AccessDenied'],
  ['expired', { Expires: -60 }, 403, 'AccessDenied'],
  ['other-signature', { change: { 'X-Amz-Signature': '0'.repeat(64) } }, 403, 'SignatureDoesNotMatch'],
  [
    'other-policy',
    { change: { Policy: btoa('{"expiration":"2099-01-01T00:00:00Z","conditions":[]}') } },
    403,
    'SignatureDoesNotMatch',
  ],
];

export const POST: readonly Case<S3World>[] = feature('post', [
  {
    id: 'file',
    what: 'a form that keeps to its policy stores its file, and answers 204',
    async run(on) {
      await answers(await post(on, {}), 204);
      assert.equal(await read(on, 'key'), 'content');
    },
  },
  {
    id: 'file-name',
    what: '$' + '{filename} in the key stands for the name of the file',
    async run(on) {
      await answers(await post(on, { Key: `up/${'$'}{filename}` }), 204);
      assert.equal(await read(on, 'up/a b.png'), 'content');
    },
  },
  {
    id: 'fields',
    what: 'type and metadata of the form are those of the object',
    async run(on) {
      const Fields = { 'Content-Type': 'image/x-test', 'x-amz-meta-who': 'me', 'Cache-Control': 'no-store' };
      await answers(await post(on, { Fields }), 204);
      const head = await on.s3.send(new HeadObjectCommand({ Bucket: on.bucket, Key: 'key' }));
      const told = [head.ContentType, head.Metadata, head.CacheControl];
      assert.deepEqual(told, ['image/x-test', { who: 'me' }, 'no-store']);
    },
  },
  {
    id: 'starts-with',
    what: 'a form may choose what its policy leaves open',
    async run(on) {
      const Conditions: Form['Conditions'] = [['starts-with', '$Content-Type', 'image/']];
      await answers(await post(on, { Conditions, change: { 'Content-Type': 'image/gif' } }), 204);
    },
  },
  {
    id: 'starts-with-list',
    what: 'types behind commas are a list, each of which keeps to the policy',
    async run(on) {
      const Conditions: Form['Conditions'] = [['starts-with', '$Content-Type', 'image/']];
      const change = { 'Content-Type': 'image/png,image/gif, image/webp' };
      await answers(await post(on, { Conditions, change }), 204);
    },
  },
  {
    id: 'starts-with-comma',
    what: 'in no other field is a comma more than a sign',
    async run(on) {
      const Conditions: Form['Conditions'] = [['starts-with', '$key', 'a']];
      await answers(await post(on, { Key: 'a,b', Conditions }), 204);
    },
  },
  {
    id: 'length',
    what: 'a file of an allowed length is stored',
    run: async (on) =>
      void (await answers(await post(on, { Conditions: [['content-length-range', 7, 7]] }), 204)),
  },
  {
    id: 'document',
    what: 'success_action_status 201 answers a document with the key',
    async run(on) {
      const text = await answers(await post(on, { Fields: { success_action_status: '201' } }), 201);
      assert.match(text, /<Key>key<\/Key>/);
    },
  },
  {
    id: 'redirect',
    what: 'success_action_redirect goes on there, and says what was stored',
    async run(on) {
      const Fields = { success_action_redirect: 'http://127.0.0.1:1/done' };
      const answer = await post(on, { Fields });
      assert.equal(answer.status, 303);
      const to = new URL(answer.headers.get('location') ?? '');
      assert.deepEqual([to.origin, to.searchParams.get('key')], ['http://127.0.0.1:1', 'key']);
    },
  },
  ...BROKEN.map(([id, form, status, code]) => ({
    id,
    what: `a form against its policy is refused: ${id.replaceAll('-', ' ')}`,
    run: async (on: S3World) => void (await answers(await post(on, form), status, code)),
  })),
  {
    id: 'nobody',
    what: 'a form without a policy is refused',
    async run(on) {
      const body = new FormData();
      body.set('key', 'key');
      body.set('file', new Blob(['content']));
      await answers(await fetch(`${on.target.endpoint}/${on.bucket}`, { method: 'POST', body }), 403);
    },
  },
]);

interface Form extends Partial<PresignedPostOptions> {
  /** Fields after the policy was signed. */
  readonly change?: Readonly<Record<string, string>>;
}

async function post({ s3, bucket: Bucket }: S3World, { change, ...options }: Form): Promise<Response> {
  const { url, fields } = await createPresignedPost(s3, { Bucket, Key: 'key', ...options });
  const body = new FormData();
  for (const [name, value] of Object.entries({ ...fields, ...change })) body.set(name, value);
  body.set('file', new Blob(['content']), 'a b.png');
  return fetch(url, { method: 'POST', body, redirect: 'manual' });
}
