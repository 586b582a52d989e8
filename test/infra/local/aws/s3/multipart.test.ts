import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checksumOf } from '../../../../../infra/local/aws/body/checksum.ts';
import { type LiveEndpoint, liveEndpoint, PLAIN } from '../live-endpoint.ts';

const BIG = Buffer.alloc(5 * 2 ** 20, 'big part ');
const SMALL = Buffer.from('the end');
const WHOLE = Buffer.concat([BIG, SMALL]);
const ETAG = `"${md5(Buffer.concat([BIG, SMALL].map((part) => Buffer.from(md5(part), 'hex'))))}-2"`;

let live: LiveEndpoint;
beforeAll(async () => {
  live = await liveEndpoint();
});
afterAll(() => live.end());

describe('a multipart upload', () => {
  it('becomes one object with an ETag of its parts, and its parts are read one by one', async () => {
    const upload = await begin('whole', { ContentType: 'x/y', Metadata: { a: 'b' } });
    const parts = [await part(upload, 1, BIG), await part(upload, 2, SMALL)];
    expect((await complete(upload, parts)).ETag).toBe(ETAG);
    const object = await live.s3.send(new GetObjectCommand({ Bucket: PLAIN, Key: 'whole' }));
    expect(object).toMatchObject({ ETag: ETAG, ContentType: 'x/y', Metadata: { a: 'b' } });
    expect(await object.Body?.transformToByteArray()).toEqual(new Uint8Array(WHOLE));
    const last = await live.s3.send(new GetObjectCommand({ Bucket: PLAIN, Key: 'whole', PartNumber: 2 }));
    expect(await last.Body?.transformToString()).toBe(SMALL.toString());
    expect(last.PartsCount).toBe(2);
  });

  it('answers the same when it is completed twice', async () => {
    const upload = await begin('twice');
    const parts = [await part(upload, 1, SMALL)];
    const answers = [await complete(upload, parts), await complete(upload, parts)];
    expect(answers[1]?.ETag).toBe(answers[0]?.ETag);
  });

  it.each([
    ['CRC32', 'FULL_OBJECT'],
    ['CRC64NVME', 'FULL_OBJECT'],
    ['CRC32', 'COMPOSITE'],
    ['SHA256', 'COMPOSITE'],
  ] as const)('keeps a checksum %s of type %s', async (name, type) => {
    const upload = await begin('summed', { ChecksumAlgorithm: name, ChecksumType: type });
    const parts = [await part(upload, 1, BIG), await part(upload, 2, SMALL)];
    await complete(upload, parts);
    const head = await live.s3.send(
      new HeadObjectCommand({ Bucket: PLAIN, Key: 'summed', ChecksumMode: 'ENABLED' }),
    );
    const ofParts = Buffer.concat(
      [BIG, SMALL].map((bytes) => Buffer.from(checksumOf(name, bytes), 'base64')),
    );
    const expected = type === 'COMPOSITE' ? `${checksumOf(name, ofParts)}-2` : checksumOf(name, WHOLE);
    expect(head[`Checksum${name}`]).toBe(expected);
  });

  it('takes a part from a range of another object', async () => {
    await live.s3.send(new PutObjectCommand({ Bucket: PLAIN, Key: 'from', Body: '0123456789' }));
    const upload = await begin('to');
    const CopySource = `${PLAIN}/from`;
    const { CopyPartResult } = await live.s3.send(
      new UploadPartCopyCommand({ ...upload, PartNumber: 1, CopySource, CopySourceRange: 'bytes=2-4' }),
    );
    await complete(upload, [{ PartNumber: 1, ETag: CopyPartResult?.ETag }]);
    const { Body } = await live.s3.send(new GetObjectCommand({ Bucket: PLAIN, Key: 'to' }));
    expect(await Body?.transformToString()).toBe('234');
  });

  it('is listed with its parts until it is aborted, which leaves nothing', async () => {
    const upload = await begin('aborted');
    await part(upload, 1, SMALL);
    const second = await part(upload, 2, SMALL);
    await part(upload, 2, Buffer.from('again'));
    const listed = await live.s3.send(new ListPartsCommand({ ...upload, MaxParts: 1 }));
    expect(listed).toMatchObject({
      IsTruncated: true,
      NextPartNumberMarker: '1',
      Parts: [{ Size: SMALL.length }],
    });
    await expect(complete(upload, [second])).rejects.toMatchObject({ name: 'InvalidPart' });
    const uploads = async () =>
      (await live.s3.send(new ListMultipartUploadsCommand({ Bucket: PLAIN }))).Uploads ?? [];
    expect((await uploads()).map(({ Key }) => Key)).toContain('aborted');
    await live.s3.send(new AbortMultipartUploadCommand(upload));
    expect((await uploads()).map(({ Key }) => Key)).not.toContain('aborted');
    await expect(part(upload, 3, SMALL)).rejects.toMatchObject({ name: 'NoSuchUpload' });
  });

  it.each([
    ['out of order', [2, 1], 'InvalidPartOrder'],
    ['with a small part before the last', [1, 2], 'EntityTooSmall'],
    ['with a part that is not there', [1, 3], 'InvalidPart'],
    ['with no part', [], 'MalformedXML'],
  ])('%s is not completed', async (_, numbers, name) => {
    const upload = await begin('bad');
    const parts = [await part(upload, 1, SMALL), await part(upload, 2, SMALL)];
    const chosen = numbers.map((number) => ({ ETag: parts[0]?.ETag, PartNumber: number }));
    await expect(complete(upload, chosen)).rejects.toMatchObject({ name });
  });

  it('that must be the first loses to an object that came meanwhile', async () => {
    const upload = await begin('taken');
    const parts = [await part(upload, 1, SMALL)];
    await live.s3.send(new PutObjectCommand({ Bucket: PLAIN, Key: 'taken', Body: '' }));
    await expect(complete(upload, parts, { IfNoneMatch: '*' })).rejects.toMatchObject({
      name: 'PreconditionFailed',
    });
  });

  it('leaves one file an object behind, once it is cleaned up', async () => {
    const before = live;
    live = await liveEndpoint();
    const upload = await begin('files');
    await complete(upload, [await part(upload, 1, BIG), await part(upload, 2, SMALL)].map(only));
    expect(files()).toBeGreaterThan(1);
    for (let i = 0; i < 50 && files() > 1; i++) await sleep(50);
    expect(files()).toBe(1);
    await live.end();
    live = before;
  });
});

type Upload = { readonly Bucket: string; readonly Key: string; readonly UploadId: string | undefined };

async function begin(Key: string, more: object = {}): Promise<Upload> {
  const { UploadId } = await live.s3.send(new CreateMultipartUploadCommand({ Bucket: PLAIN, Key, ...more }));
  return { Bucket: PLAIN, Key, UploadId };
}

async function part(upload: Upload, PartNumber: number, Body: Buffer): Promise<CompletedPart> {
  const { $metadata, ...sums } = await live.s3.send(new UploadPartCommand({ ...upload, PartNumber, Body }));
  return { ...sums, PartNumber };
}

function complete(upload: Upload, Parts: CompletedPart[], more: object = {}) {
  return live.s3.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts }, ...more }));
}

function only({ ETag, PartNumber }: CompletedPart): CompletedPart {
  return { ETag, PartNumber };
}

function files(): number {
  return readdirSync(join(live.home, 'objects'), { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  ).length;
}

function md5(data: Buffer): string {
  return createHash('md5').update(data).digest('hex');
}
