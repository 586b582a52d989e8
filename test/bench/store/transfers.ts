import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { type BenchServer, BUCKET } from './servers.ts';

/** Milliseconds of one transfer, or of one round of many. */
export type Transfer = (server: BenchServer) => Promise<number>;

const SMALL = Buffer.alloc(100_000, 'a picture of a hundred thousand bytes ');
const PIECE = Buffer.alloc(2 ** 20, 'one of 1,024 pieces ');
const LARGE_BYTES = 2 ** 30;
const PART_BYTES = 8 * 2 ** 20;
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
      const Body = Readable.from(pieces());
      await new Upload({ client: server.s3, params: { ...params, Body }, partSize: PART_BYTES }).done();
      return;
    }
    const url = await getSignedUrl(server.s3, new PutObjectCommand(params), { expiresIn: 600 });
    const sending = request(url, { method: 'PUT', headers: { 'content-length': LARGE_BYTES } });
    const answered = once(sending, 'response');
    await pipeline(Readable.from(pieces()), sending);
    await drain(server, await answered, 0);
  });

export const getLarge: Transfer = (server) =>
  timed(async () => {
    const get = new GetObjectCommand({ Bucket: BUCKET, Key: 'large' });
    const url = await getSignedUrl(server.s3, get, { expiresIn: 600 });
    await drain(server, await once(request(url).end(), 'response'), LARGE_BYTES);
  });

async function drain({ name }: BenchServer, [answer]: unknown[], expected: number): Promise<void> {
  const { statusCode } = answer as IncomingMessage;
  let size = 0;
  for await (const piece of answer as IncomingMessage) size += piece.length;
  if (statusCode !== 200 || size !== expected) {
    throw new Error(`${name} answered ${statusCode} with ${size} bytes instead of ${expected}`);
  }
}

function* pieces(): Generator<Buffer> {
  for (let sent = 0; sent < LARGE_BYTES; sent += PIECE.length) yield PIECE;
}

function round(one: (i: number) => Promise<void>): Promise<number> {
  return timed(async () => {
    const left = Array.from({ length: PER_ROUND }, (_, i) => i).values();
    const work = async (): Promise<void> => {
      for (const i of left) await one(i);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  });
}

async function timed(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
