import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
} from '@aws-sdk/client-s3';
import { type Case, feature, refused } from '../case.ts';
import { completeUpload, twoParts } from './parts.ts';
import { put, read, type S3World, signedUrl } from './world.ts';

/** Of the nine bytes `123456789`, as the catalogues of these sums have them. */
const SUMS = {
  CRC32: 'y/Q5Jg==',
  CRC32C: '4waSgw==',
  CRC64NVME: 'rosUhgp5mIg=',
  SHA1: '98O8HYCOBHMq32eZZczDTKeuNEE=',
  SHA256: 'FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU=',
} as const;
type SumName = keyof typeof SUMS;
const NAMES = Object.keys(SUMS) as SumName[];
const BODY = '123456789';

const sum = (name: SumName, value: string): Partial<PutObjectCommandInput> => ({
  [`Checksum${name}`]: value,
});

export const CHECKSUMS: readonly Case<S3World>[] = feature('checksum', [
  ...NAMES.map((name) => ({
    id: `${name.toLowerCase()}`,
    what: `a right ${name} is taken, kept and told`,
    async run(on: S3World) {
      await put(on, 'key', BODY, sum(name, SUMS[name]));
      const head = new HeadObjectCommand({ Bucket: on.bucket, Key: 'key', ChecksumMode: 'ENABLED' });
      assert.equal((await on.s3.send(head))[`Checksum${name}`], SUMS[name]);
    },
  })),
  ...NAMES.map((name) => ({
    id: `${name.toLowerCase()}-wrong`,
    what: `a body with a wrong ${name} is refused, and nothing is stored`,
    async run(on: S3World) {
      const wrong = Buffer.alloc(Buffer.from(SUMS[name], 'base64').length).toString('base64');
      await refused(put(on, 'key', BODY, sum(name, wrong)), 'BadDigest', 400);
      await refused(read(on, 'key'), 'NoSuchKey');
    },
  })),
  ...NAMES.map((name) => ({
    id: `${name.toLowerCase()}-trailer`,
    what: `${name} of a stream comes in the trailer of its chunks`,
    async run(on: S3World) {
      const more = { ContentLength: BODY.length, ChecksumAlgorithm: name };
      await put(on, 'key', Readable.from([Buffer.from(BODY)]), more);
      const { Body, ...got } = await on.s3.send(
        new GetObjectCommand({ Bucket: on.bucket, Key: 'key', ChecksumMode: 'ENABLED' }),
      );
      assert.equal(got[`Checksum${name}`], SUMS[name]);
      assert.equal(await Body?.transformToString(), BODY);
    },
  })),
  {
    id: 'unasked',
    what: 'a checksum is told only to who asks for it',
    async run(on) {
      await put(on, 'key', BODY, sum('SHA256', SUMS.SHA256));
      const url = await signedUrl(on, new HeadObjectCommand({ Bucket: on.bucket, Key: 'key' }));
      assert.equal((await fetch(url, { method: 'HEAD' })).headers.get('x-amz-checksum-sha256'), null);
    },
  },
  {
    id: 'malformed',
    what: 'a checksum that cannot be one is refused',
    run: async (on) => void (await refused(put(on, 'key', BODY, sum('CRC32', 'abc')), 'InvalidRequest', 400)),
  },
  {
    id: 'md5',
    what: 'a right Content-MD5 is taken',
    run: async (on) => void (await put(on, 'key', BODY, { ContentMD5: md5(BODY) })),
  },
  {
    id: 'md5-wrong',
    what: 'a body with a wrong Content-MD5 is refused, and nothing is stored',
    async run(on) {
      await refused(put(on, 'key', BODY, { ContentMD5: md5('other') }), 'BadDigest', 400);
      await refused(read(on, 'key'), 'NoSuchKey');
    },
  },
  {
    id: 'md5-malformed',
    what: 'a Content-MD5 that cannot be one is refused',
    run: async (on) => void (await refused(put(on, 'key', BODY, { ContentMD5: 'x' }), 'InvalidDigest', 400)),
  },
  {
    id: 'sha256-of-the-signature',
    what: 'a body that is not the one that was signed is refused',
    async run(on) {
      const signed = createHash('sha256').update('other').digest('hex');
      const url = await signedUrl(on, new PutObjectCommand({ Bucket: on.bucket, Key: 'key' }));
      const headers = { 'x-amz-content-sha256': signed };
      const answer = await fetch(url, { method: 'PUT', headers, body: BODY });
      await answer.arrayBuffer();
      assert.ok(answer.status >= 400);
      await refused(read(on, 'key'), 'NoSuchKey');
    },
  },
  {
    id: 'copied',
    what: 'a copy keeps the checksum of its source',
    async run(on) {
      await put(on, 'key', BODY, sum('SHA1', SUMS.SHA1));
      const source = { CopySource: `${on.bucket}/key`, Bucket: on.bucket, Key: 'copy' };
      const { CopyObjectResult } = await on.s3.send(new CopyObjectCommand(source));
      assert.equal(CopyObjectResult?.ChecksumSHA1, SUMS.SHA1);
    },
  },
  ...(['CRC32', 'SHA256'] as const).map((name) => ({
    id: `${name.toLowerCase()}-of-parts`,
    what: `the composite ${name} of a multipart upload ends in the number of its parts`,
    async run(on: S3World) {
      const upload = await twoParts(on, { ChecksumAlgorithm: name, ChecksumType: 'COMPOSITE' });
      const done = await completeUpload(on, upload);
      assert.match(done[`Checksum${name}`] ?? '', /=-2$/);
      assert.equal(done.ChecksumType, 'COMPOSITE');
    },
  })),
  ...(['CRC32', 'CRC64NVME'] as const).map((name) => ({
    id: `${name.toLowerCase()}-of-the-whole`,
    what: `the full-object ${name} of a multipart upload is that of the same bytes put at once`,
    async run(on: S3World) {
      const upload = await twoParts(on, { ChecksumAlgorithm: name, ChecksumType: 'FULL_OBJECT' });
      const done = await completeUpload(on, upload);
      const { Body } = await on.s3.send(new GetObjectCommand({ Bucket: on.bucket, Key: 'key' }));
      const single = await put(on, 'single', await Body?.transformToByteArray(), { ChecksumAlgorithm: name });
      assert.equal(done[`Checksum${name}`], single[`Checksum${name}`]);
    },
  })),
]);

function md5(text: string): string {
  return createHash('md5').update(text).digest('base64');
}
