import { Readable } from 'node:stream';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
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

/** As one PUT of a stream; fauxqs takes no more than 11 MiB at once, and gets parts. */
export const putLarge: Transfer = (server) =>
  timed(async () => {
    const whole = { Bucket: BUCKET, Key: 'large', Body: Readable.from(pieces()) };
    if (server.name.startsWith('fauxqs')) {
      await new Upload({ client: server.s3, params: whole, partSize: PART_BYTES }).done();
    } else {
      await server.s3.send(new PutObjectCommand({ ...whole, ContentLength: LARGE_BYTES }));
    }
  });

export const getLarge: Transfer = (server) =>
  timed(async () => {
    const { Body } = await server.s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'large' }));
    let size = 0;
    for await (const piece of Body as Readable) size += piece.length;
    if (size !== LARGE_BYTES) throw new Error(`${server.name} gave ${size} bytes of ${LARGE_BYTES}`);
  });

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
