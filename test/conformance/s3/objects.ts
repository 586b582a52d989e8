import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectAclCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { answers, type Case, feature, present, refused } from '../case.ts';

import { put, read, type S3World, signedUrl } from './world.ts';

const HEADERS = {
  ContentType: 'image/x-test; a="b"',
  CacheControl: 'max-age=1, private',
  ContentDisposition: 'attachment; filename="a b.jpg"',
  ContentEncoding: 'br',
  ContentLanguage: 'fi, en',
};

export const OBJECTS: readonly Case<S3World>[] = feature('object', [
  {
    id: 'empty',
    what: 'an empty object is empty',
    async run(on) {
      await put(on, 'empty', '');
      assert.equal(await read(on, 'empty'), '');
    },
  },
  {
    id: 'etag',
    what: 'the ETag of a put is the MD5 of its bytes, in quotes',
    async run(on) {
      const md5 = createHash('md5').update('content').digest('hex');
      assert.equal((await put(on, 'key')).ETag, `"${md5}"`);
      const head = await on.s3.send(new HeadObjectCommand({ Bucket: on.bucket, Key: 'key' }));
      assert.equal(head.ETag, `"${md5}"`);
    },
  },
  {
    id: 'headers',
    what: 'an object gives back the headers that it was put with',
    async run(on) {
      await put(on, 'key', 'content', { ...HEADERS, Expires: new Date('2032-01-01T00:00:00Z') });
      const head = await on.s3.send(new HeadObjectCommand({ Bucket: on.bucket, Key: 'key' }));
      const told = Object.keys(HEADERS).map((name) => head[name as keyof typeof HEADERS]);
      assert.deepEqual(told, Object.values(HEADERS));
      assert.equal(head.ExpiresString, 'Thu, 01 Jan 2032 00:00:00 GMT');
    },
  },
  {
    id: 'type',
    what: 'an object without a type is binary/octet-stream',
    async run(on) {
      const url = await signedUrl(on, new PutObjectCommand({ Bucket: on.bucket, Key: 'key' }));
      await answers(await fetch(url, { method: 'PUT', body: new Uint8Array(1) }), 200);
      const head = await on.s3.send(new HeadObjectCommand({ Bucket: on.bucket, Key: 'key' }));
      assert.equal(head.ContentType, 'binary/octet-stream');
    },
  },
  {
    id: 'metadata',
    what: 'metadata comes back, its names in lower case',
    async run(on) {
      await put(on, 'key', '', { Metadata: { Who: 'me', 'with-dash': ' inner  spaces ' } });
      const head = await on.s3.send(new HeadObjectCommand({ Bucket: on.bucket, Key: 'key' }));
      assert.deepEqual(Object.keys(head.Metadata ?? {}).sort(), ['who', 'with-dash']);
      assert.equal(head.Metadata?.who, 'me');
    },
  },
  {
    id: 'metadata-too-large',
    what: 'metadata of more than 2 KB is refused',
    run: async (on) =>
      void (await refused(
        put(on, 'key', '', { Metadata: { a: 'x'.repeat(2_048) } }),
        'MetadataTooLarge',
        400,
      )),
  },
  {
    id: 'modified',
    what: 'an object knows when it was written',
    async run(on) {
      await put(on, 'key');
      const head = await on.s3.send(new HeadObjectCommand({ Bucket: on.bucket, Key: 'key' }));
      assert.ok(Math.abs(Date.now() - Number(head.LastModified)) < 60_000);
    },
  },
  {
    id: 'replaced',
    what: 'a put replaces content, type and metadata together',
    async run(on) {
      await put(on, 'key', 'first', { ContentType: 'text/x-first', Metadata: { a: '1' } });
      await put(on, 'key', 'second', { ContentType: 'text/x-second' });
      const { Body, ContentType, Metadata } = await on.s3.send(
        new GetObjectCommand({ Bucket: on.bucket, Key: 'key' }),
      );
      assert.deepEqual(
        [await Body?.transformToString(), ContentType, Metadata],
        ['second', 'text/x-second', {}],
      );
    },
  },
  {
    id: 'absent',
    what: 'what is not there answers NoSuchKey, and HEAD 404 without a body',
    async run(on) {
      await refused(read(on, 'absent'), 'NoSuchKey', 404);
      const command = new HeadObjectCommand({ Bucket: on.bucket, Key: 'absent' });
      assert.equal(await answers(await fetch(await signedUrl(on, command), { method: 'HEAD' }), 404), '');
    },
  },
  {
    id: 'delete-absent',
    what: 'to delete what is not there is no error',
    run: async ({ s3, bucket: Bucket }) =>
      void (await s3.send(new DeleteObjectCommand({ Bucket, Key: 'absent' }))),
  },
  {
    id: 'acl',
    what: 'an object is its owner’s, who may do all',
    async run(on) {
      await put(on, 'key');
      const { Grants } = await on.s3.send(new GetObjectAclCommand({ Bucket: on.bucket, Key: 'key' }));
      assert.deepEqual(
        Grants?.map(({ Permission }) => Permission),
        ['FULL_CONTROL'],
      );
    },
  },
  {
    id: 'large',
    what: 'a single put of 12 MB is whole',
    async run(on) {
      const body = Buffer.alloc(12_000_000, 'every byte counts');
      await put(on, 'large', body);
      const { Body } = await on.s3.send(new GetObjectCommand({ Bucket: on.bucket, Key: 'large' }));
      assert.ok(body.equals(present(await Body?.transformToByteArray(), 'the body')));
    },
  },
  {
    id: 'stream',
    what: 'a stream arrives without the framing of its chunks',
    async run(on) {
      const body = Buffer.alloc(300_000, 'stream');
      const Body = Readable.from([body.subarray(0, 100_001), body.subarray(100_001)]);
      await put(on, 'stream', Body, { ContentLength: body.length });
      assert.equal(await read(on, 'stream'), body.toString());
    },
  },
  {
    id: 'torn',
    what: 'who reads while another writes reads the one or the other',
    async run(on) {
      const bodies = ['a', 'b'].map((letter) => letter.repeat(1_000_000));
      await put(on, 'key', bodies[0]);
      const writing = (async () => {
        for (let i = 1; i < 8; i += 1) await put(on, 'key', bodies[i % 2]);
      })();
      for (let i = 0; i < 8; i += 1) assert.ok(bodies.includes(await read(on, 'key')));
      await writing;
    },
  },
]);
