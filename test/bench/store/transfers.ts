import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { Readable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { type BenchServer, BUCKET } from './servers.ts';

/** Milliseconds of one transfer, or of one round of many. */
export type Transfer = (server: BenchServer) => Promise<number>;

const SMALL = Buffer.alloc(100_000, 'a picture of a hundred thousand bytes ');
const PIECE = Buffer.alloc(2 ** 20, 'one of 1,024 pieces ');
const LARGE_BYTES = 2 ** 30;
const PART_BYTES = 8 * 2 ** 20;
const PARTS_AT_ONCE = 4;
const AT_ONCE = 16;
const PER_ROUND = 320;

export const putSmall: Transfer = (server) =>
  round(async (i) => {
    await server.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: `small/${i}`, Body: SMALL }));
  });

export const getSmall: Transfer = (server) =>
  round(async (i) => {
    const { Body } = await server.s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: `small/${i}` }));
    await Body?.transformToByteArray();
  });

/** As one PUT to a signed URL, without the SDK, whose own work is as much as a server's; fauxqs takes no more than 11 MiB at once, and gets parts. */
export const putLarge: Transfer = (server) =>
  timed(async () => {
    const params = { Bucket: BUCKET, Key: 'large' };
    if (server.name.startsWith('fauxqs')) {
      const Body = Readable.from(pieces(LARGE_BYTES));
      await new Upload({ client: server.s3, params: { ...params, Body }, partSize: PART_BYTES }).done();
      return;
    }
    const url = await getSignedUrl(server.s3, new PutObjectCommand(params), { expiresIn: 600 });
    await send(server, url, LARGE_BYTES);
  });

/** As the AWS CLI sends what is large, in parts of 8 MiB, some at once; each by a signed URL, for the same reason. */
export const putParts: Transfer = (server) =>
  timed(async () => {
    const params = { Bucket: BUCKET, Key: 'parts' };
    const { UploadId } = await server.s3.send(new CreateMultipartUploadCommand(params));
    const parts = Array.from({ length: LARGE_BYTES / PART_BYTES }, (_, i) => ({
      PartNumber: i + 1,
      ETag: '',
    }));
    await together(PARTS_AT_ONCE, parts.values(), async (part) => {
      const command = new UploadPartCommand({ ...params, UploadId, PartNumber: part.PartNumber });
      const url = await getSignedUrl(server.s3, command, { expiresIn: 600 });
      part.ETag = (await send(server, url, PART_BYTES)).headers.etag ?? '';
    });
    const MultipartUpload = { Parts: parts };
    await server.s3.send(new CompleteMultipartUploadCommand({ ...params, UploadId, MultipartUpload }));
  });

export const getLarge: Transfer = (server) =>
  timed(async () => {
    const get = new GetObjectCommand({ Bucket: BUCKET, Key: 'large' });
    const url = await getSignedUrl(server.s3, get, { expiresIn: 600 });
    await drain(server, await once(request(url).end(), 'response'), LARGE_BYTES);
  });

async function send(server: BenchServer, url: string, size: number): Promise<IncomingMessage> {
  const sending = request(url, { method: 'PUT', headers: { 'content-length': size } });
  const answered = once(sending, 'response');
  await pipeline(Readable.from(pieces(size)), sending);
  const [answer] = await answered;
  await drain(server, [answer], 0);
  return answer;
}

async function drain({ name }: BenchServer, [answer]: unknown[], expected: number): Promise<void> {
  const body = answer as IncomingMessage;
  let size = 0;
  body.on('data', (piece: Buffer) => {
    size += piece.length;
  });
  await finished(body);
  const { statusCode } = body;
  if (statusCode !== 200 || size !== expected) {
    throw new Error(`${name} answered ${statusCode} with ${size} bytes instead of ${expected}`);
  }
}

function* pieces(size: number): Generator<Buffer> {
  for (let sent = 0; sent < size; sent += PIECE.length) yield PIECE;
}

function round(one: (i: number) => Promise<void>): Promise<number> {
  return timed(() => together(AT_ONCE, Array(PER_ROUND).keys(), one));
}

async function together<T>(
  atOnce: number,
  all: IterableIterator<T>,
  one: (each: T) => Promise<void>,
): Promise<void> {
  const work = async (): Promise<void> => {
    for (const each of all) await one(each);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}

async function timed(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
