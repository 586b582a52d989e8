import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LiveEndpoint, liveEndpoint, PLAIN, VERSIONED } from '../live-endpoint.ts';
import { signedFetch } from '../signed-fetch.ts';

const AWKWARD_KEYS = [
  `a b+c%20'"ü/日本.jpg`,
  'x//y',
  '/leading',
  '..',
  'a/../b',
  '%2F',
  '+',
  'q?x=1&y#z',
  ' space around ',
  'tab\tcr\rlf\n',
  'trailing/',
  '\u{feff}bom',
  `é${'\u0301'}`,
  '😀'.repeat(256),
  '<&>"\'',
];

let live: LiveEndpoint;
beforeAll(async () => {
  live = await liveEndpoint();
});
afterAll(() => live.end());

describe('a key', () => {
  it.each(AWKWARD_KEYS)('%j is exact on every way', async (Key) => {
    const { s3 } = live;
    await s3.send(new PutObjectCommand({ Bucket: PLAIN, Key, Body: Key }));
    expect(await read(PLAIN, Key)).toBe(Key);
    const listed = await s3.send(
      new ListObjectsV2Command({ Bucket: PLAIN, Prefix: Key, EncodingType: 'url' }),
    );
    expect(listed.Contents?.map((one) => decodeURIComponent(one.Key ?? ''))).toContain(Key);
    const CopySource = encodeURIComponent(`${PLAIN}/${Key}`);
    await s3.send(new CopyObjectCommand({ Bucket: VERSIONED, Key, CopySource }));
    expect(await read(VERSIONED, Key)).toBe(Key);
    await s3.send(new DeleteObjectCommand({ Bucket: PLAIN, Key }));
    await expect(read(PLAIN, Key)).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  it('of more than 1,024 bytes is refused', async () => {
    const put = live.s3.send(new PutObjectCommand({ Bucket: PLAIN, Key: 'ü'.repeat(513), Body: '' }));
    await expect(put).rejects.toMatchObject({ name: 'KeyTooLongError' });
  });
});

describe('an object', () => {
  it('gives back its headers and metadata, in the words of RFC 2047 where they are not ASCII', async () => {
    const url = `${live.url}/${PLAIN}/headers`;
    const headers = {
      'content-type': 'image/x-test; a="b"',
      'cache-control': 'max-age=1',
      'content-disposition': 'inline',
      'content-encoding': 'aws-chunked,br',
      'content-language': 'fi',
      expires: 'Thu, 01 Jan 2032 00:00:00 GMT',
      'x-amz-meta-plain': 'ascii',
      'x-amz-meta-name': Buffer.from('Äiti').toString('latin1'),
    };
    await signedFetch(url, { method: 'PUT', headers, body: 'x' });
    const answer = await signedFetch(url, { method: 'HEAD' });
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      ...headers,
      'content-encoding': 'br',
      'x-amz-meta-name': `=?UTF-8?B?${Buffer.from('Äiti').toString('base64')}?=`,
      'content-length': '1',
      'accept-ranges': 'bytes',
    });
  });

  it.each([
    ['bytes=0-0', 206, '0', 'bytes 0-0/10'],
    ['bytes=3-', 206, '3456789', 'bytes 3-9/10'],
    ['bytes=8-99', 206, '89', 'bytes 8-9/10'],
    ['bytes=-3', 206, '789', 'bytes 7-9/10'],
    ['bytes=-5000', 206, '0123456789', 'bytes 0-9/10'],
    ['bytes=10-', 416, undefined, 'bytes */10'],
    ['bytes=-0', 416, undefined, 'bytes */10'],
    ['bytes=5-2', 200, '0123456789', null],
    ['bytes=0-1,3-4', 200, '0123456789', null],
    ['lines=1-2', 200, '0123456789', null],
  ])('read with Range %s answers %i', async (range, status, body, contentRange) => {
    const url = `${live.url}/${PLAIN}/digits`;
    await signedFetch(url, { method: 'PUT', body: '0123456789' });
    const answer = await signedFetch(url, { headers: { range } });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-range')).toBe(contentRange);
    if (body !== undefined) expect(await answer.text()).toBe(body);
  });

  it.each([
    [{ 'if-match': '"ETAG"' }, 200],
    [{ 'if-match': '"other"' }, 412],
    [{ 'if-none-match': '"other", "ETAG"' }, 304],
    [{ 'if-none-match': '*' }, 304],
    [{ 'if-none-match': '"other"' }, 200],
    [{ 'if-modified-since': 'Thu, 01 Jan 2099 00:00:00 GMT' }, 304],
    [{ 'if-modified-since': 'Thu, 01 Jan 1970 00:00:00 GMT' }, 200],
    [{ 'if-unmodified-since': 'Thu, 01 Jan 1970 00:00:00 GMT' }, 412],
    [{ 'if-match': '"ETAG"', 'if-unmodified-since': 'Thu, 01 Jan 1970 00:00:00 GMT' }, 200],
    [{ 'if-none-match': '"other"', 'if-modified-since': 'Thu, 01 Jan 2099 00:00:00 GMT' }, 200],
  ])('read with %j answers %i', async (conditions, status) => {
    const url = `${live.url}/${PLAIN}/conditional`;
    await signedFetch(url, { method: 'PUT', body: 'x' });
    const etag = createHash('md5').update('x').digest('hex');
    const headers = Object.fromEntries(
      Object.entries(conditions).map(([name, value]) => [name, value.replace('ETAG', etag)]),
    );
    for (const method of ['GET', 'HEAD'])
      expect((await signedFetch(url, { method, headers })).status).toBe(status);
  });

  it('is empty when it is empty', async () => {
    await live.s3.send(new PutObjectCommand({ Bucket: PLAIN, Key: 'empty', Body: '' }));
    expect(await read(PLAIN, 'empty')).toBe('');
  });

  it('is read whole while it is overwritten', async () => {
    const bodies = ['a', 'b'].map((letter) => letter.repeat(3_000_000));
    const put = (i: number) =>
      live.s3.send(new PutObjectCommand({ Bucket: PLAIN, Key: 'torn', Body: bodies[i % 2] ?? '' }));
    await put(0);
    const writing = (async () => {
      for (let i = 1; i < 12; i++) await put(i);
    })();
    for (let i = 0; i < 12; i++) expect(bodies).toContain(await read(PLAIN, 'torn'));
    await writing;
  });
});

describe('an upload', () => {
  it('that streams arrives without its framing', async () => {
    const body = Buffer.alloc(300_000, 'stream');
    const Body = Readable.from([body.subarray(0, 100_000), body.subarray(100_000)]);
    await live.s3.send(
      new PutObjectCommand({ Bucket: PLAIN, Key: 'streamed', Body, ContentLength: body.length }),
    );
    expect(await read(PLAIN, 'streamed')).toBe(body.toString());
  });

  it.each(['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const)(
    'keeps and tells its %s',
    async (name) => {
      const put = await live.s3.send(
        new PutObjectCommand({ Bucket: PLAIN, Key: name, Body: '123456789', ChecksumAlgorithm: name }),
      );
      const head = await live.s3.send(
        new HeadObjectCommand({ Bucket: PLAIN, Key: name, ChecksumMode: 'ENABLED' }),
      );
      expect(head[`Checksum${name}`]).toMatch(/=$/);
      expect(put[`Checksum${name}`]).toBe(head[`Checksum${name}`]);
      expect(await read(PLAIN, name)).toBe('123456789');
    },
  );

  it.each([
    ['a wrong CRC32', { 'x-amz-checksum-crc32': 'AAAAAA==' }, 'BadDigest'],
    ['a wrong CRC64NVME', { 'x-amz-checksum-crc64nvme': 'AAAAAAAAAAA=' }, 'BadDigest'],
    ['a wrong MD5', { 'content-md5': '1B2M2Y8AsgTpgAmY7PhCfg==' }, 'BadDigest'],
    ['an MD5 that is none', { 'content-md5': 'x' }, 'InvalidDigest'],
    ['too much metadata', { 'x-amz-meta-a': 'x'.repeat(2048) }, 'MetadataTooLarge'],
    ['encryption that is not there', { 'x-amz-server-side-encryption': 'aws:kms' }, 'NotImplemented'],
    ['a public ACL', { 'x-amz-acl': 'public-read' }, 'AccessControlListNotSupported'],
  ])('with %s is refused, and nothing is stored', async (_, headers, code) => {
    const url = `${live.url}/${PLAIN}/refused`;
    const answer = await signedFetch(url, { method: 'PUT', headers, body: 'content' });
    expect(await answer.text()).toContain(`<Code>${code}</Code>`);
    expect((await signedFetch(url)).status).toBe(404);
  });

  it('that must be the first has one winner of twenty', async () => {
    const put = (i: number) =>
      live.s3
        .send(new PutObjectCommand({ Bucket: PLAIN, Key: 'race', Body: `${i}`, IfNoneMatch: '*' }))
        .then(() => i);
    const results = await Promise.allSettled(Array.from({ length: 20 }, (_, i) => put(i)));
    const winners = results.flatMap((result) => (result.status === 'fulfilled' ? [`${result.value}`] : []));
    expect(winners).toEqual([await read(PLAIN, 'race')]);
  });

  it('on condition of an ETag wins only over that one', async () => {
    const put = (IfMatch?: string) =>
      live.s3.send(new PutObjectCommand({ Bucket: PLAIN, Key: 'cas', Body: 'x', IfMatch }));
    await expect(put('"any"')).rejects.toMatchObject({ name: 'NoSuchKey' });
    const { ETag } = await put();
    await put(ETag);
    await expect(put('"other"')).rejects.toMatchObject({ name: 'PreconditionFailed' });
  });
});

async function read(Bucket: string, Key: string): Promise<string> {
  const { Body } = await live.s3.send(new GetObjectCommand({ Bucket, Key }));
  return (await Body?.transformToString()) ?? '';
}
