import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
  type UploadPartCommandInput,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checksumOf } from '../../../../../infra/local/aws/body/checksum.ts';
import { type LiveEndpoint, liveEndpoint, PLAIN } from '../live-endpoint.ts';
import { signedFetch } from '../signed-fetch.ts';

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
    const sum = { ChecksumAlgorithm: name };
    const parts = [await part(upload, 1, BIG, sum), await part(upload, 2, SMALL, sum)];
    const completed = await complete(upload, parts);
    const head = await live.s3.send(
      new HeadObjectCommand({ Bucket: PLAIN, Key: 'summed', ChecksumMode: 'ENABLED' }),
    );
    expect(completed).toMatchObject({ ChecksumType: type, [`Checksum${name}`]: head[`Checksum${name}`] });
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

  it('moves no byte when it is completed: the object is the files of its parts, which go with it', async () => {
    const before = live;
    live = await liveEndpoint();
    const upload = await begin('files');
    const chosen = [await part(upload, 1, BIG), await part(upload, 2, SMALL)];
    await part(upload, 3, SMALL);
    const written = new Set(files());
    await complete(upload, chosen);
    await until(() => files().length === 2);
    expect(files().every((name) => written.has(name))).toBe(true);
    await live.s3.send(new DeleteObjectCommand({ Bucket: PLAIN, Key: 'files' }));
    await until(() => files().length === 0);
    expect(files()).toEqual([]);
    await live.end();
    live = before;
  });

  it.each([
    [`bytes=${BIG.length - 3}-${BIG.length + 2}`],
    ['bytes=0-0'],
    [`bytes=${BIG.length}-`],
    [`bytes=-${SMALL.length + 1}`],
  ])('is read across its parts: %s', async (Range) => {
    const upload = await begin('across');
    await complete(upload, [await part(upload, 1, BIG), await part(upload, 2, SMALL)]);
    const { Body, ContentRange = '' } = await live.s3.send(
      new GetObjectCommand({ Bucket: PLAIN, Key: 'across', Range }),
    );
    const [, first, last] = /^bytes (\d+)-(\d+)\//.exec(ContentRange) ?? [];
    const expected = WHOLE.subarray(Number(first), Number(last) + 1).toString();
    expect(await Body?.transformToString()).toBe(expected);
  });

  it('is read to its end while it is removed', async () => {
    const upload = await begin('removed');
    await complete(upload, [await part(upload, 1, BIG), await part(upload, 2, SMALL)]);
    const { Body } = await live.s3.send(new GetObjectCommand({ Bucket: PLAIN, Key: 'removed' }));
    await live.s3.send(new DeleteObjectCommand({ Bucket: PLAIN, Key: 'removed' }));
    await sleep(700);
    expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(WHOLE)).toBe(true);
  });

  it('is copied whole, and a part of it too', async () => {
    const upload = await begin('source');
    await complete(upload, [await part(upload, 1, BIG), await part(upload, 2, SMALL)]);
    const CopySource = `${PLAIN}/source`;
    await live.s3.send(new CopyObjectCommand({ Bucket: PLAIN, Key: 'copy', CopySource }));
    const { Body } = await live.s3.send(new GetObjectCommand({ Bucket: PLAIN, Key: 'copy' }));
    expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(WHOLE)).toBe(true);
    const second = await begin('part-copy');
    const range = `bytes=${BIG.length - 2}-${BIG.length + 2}`;
    const { CopyPartResult } = await live.s3.send(
      new UploadPartCopyCommand({ ...second, PartNumber: 1, CopySource, CopySourceRange: range }),
    );
    await complete(second, [{ ...CopyPartResult, PartNumber: 1 }]);
    const copied = await live.s3.send(new GetObjectCommand({ Bucket: PLAIN, Key: 'part-copy' }));
    expect(await copied.Body?.transformToString()).toBe(
      WHOLE.subarray(BIG.length - 2, BIG.length + 3).toString(),
    );
  });

  it('that names no checksum is summed as S3 does it, from the sums of its parts', async () => {
    const url = `${live.url}/${PLAIN}/plain-parts`;
    const created = await (await signedFetch(`${url}?uploads`, { method: 'POST' })).text();
    const UploadId = /<UploadId>(\w+)</.exec(created)?.[1] ?? '';
    const tags = await Promise.all(
      [BIG.toString(), SMALL.toString()].map(async (body, i) => {
        const to = `${url}?partNumber=${i + 1}&uploadId=${UploadId}`;
        return (await signedFetch(to, { method: 'PUT', body })).headers.get('etag');
      }),
    );
    const Parts = tags.map((tag, i) => ({ ETag: tag ?? '', PartNumber: i + 1 }));
    await complete({ Bucket: PLAIN, Key: 'plain-parts', UploadId }, Parts);
    const head = await live.s3.send(
      new HeadObjectCommand({ Bucket: PLAIN, Key: 'plain-parts', ChecksumMode: 'ENABLED' }),
    );
    expect(head).toMatchObject({
      ChecksumCRC64NVME: checksumOf('CRC64NVME', WHOLE),
      ChecksumType: 'FULL_OBJECT',
    });
  });

  it('of composite sums is not completed without those of its parts', async () => {
    const upload = await begin('sums', { ChecksumAlgorithm: 'CRC32' });
    const parts = [await part(upload, 1, SMALL, { ChecksumAlgorithm: 'CRC32' })].map(only);
    await expect(complete(upload, parts)).rejects.toThrow('must include the checksum for each part');
  });

  it('refuses a part of which another checksum is told', async () => {
    const upload = await begin('mixed', { ChecksumAlgorithm: 'SHA256' });
    await expect(part(upload, 1, SMALL, { ChecksumAlgorithm: 'SHA1' })).rejects.toThrow(
      'expected checksum Type: sha256, actual checksum Type: sha1',
    );
  });

  it('tells its parts page by page, and what else is asked of it', async () => {
    const upload = await begin('attributes', { ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' });
    await complete(upload, [await part(upload, 1, BIG), await part(upload, 4, SMALL)]);
    const at = { Bucket: PLAIN, Key: 'attributes', MaxParts: 1 };
    const ask = (PartNumberMarker: string) =>
      live.s3.send(
        new GetObjectAttributesCommand({
          ...at,
          PartNumberMarker,
          ObjectAttributes: ['ObjectParts', 'Checksum', 'ObjectSize', 'ETag'],
        }),
      );
    const [first, second] = [await ask('0'), await ask('1')];
    expect(first).toMatchObject({
      ETag: ETAG.replaceAll('"', ''),
      ObjectSize: WHOLE.length,
      Checksum: { ChecksumCRC32: checksumOf('CRC32', WHOLE), ChecksumType: 'FULL_OBJECT' },
      ObjectParts: { TotalPartsCount: 2, IsTruncated: true, NextPartNumberMarker: '1' },
    });
    expect(second.ObjectParts).toMatchObject({
      IsTruncated: false,
      Parts: [{ PartNumber: 2, Size: SMALL.length, ChecksumCRC32: checksumOf('CRC32', SMALL) }],
    });
  });
});

type Upload = { readonly Bucket: string; readonly Key: string; readonly UploadId: string | undefined };

async function begin(Key: string, more: object = {}): Promise<Upload> {
  const { UploadId } = await live.s3.send(new CreateMultipartUploadCommand({ Bucket: PLAIN, Key, ...more }));
  return { Bucket: PLAIN, Key, UploadId };
}

async function part(
  upload: Upload,
  PartNumber: number,
  Body: Buffer,
  more: Partial<UploadPartCommandInput> = {},
): Promise<CompletedPart> {
  const { $metadata, ...sums } = await live.s3.send(
    new UploadPartCommand({ ...upload, PartNumber, Body, ...more }),
  );
  return { ...sums, PartNumber };
}

function complete(upload: Upload, Parts: CompletedPart[], more: object = {}) {
  return live.s3.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts }, ...more }));
}

function only({ ETag, PartNumber }: CompletedPart): CompletedPart {
  return { ETag, PartNumber };
}

function files(): string[] {
  const entries = readdirSync(join(live.home, 'objects'), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

/** Removed content goes within a second. */
async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 60 && !holds(); i++) await sleep(50);
}

function md5(data: Buffer): string {
  return createHash('md5').update(data).digest('hex');
}
