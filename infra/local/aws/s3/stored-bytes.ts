import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { CHECKSUMS, type ChecksumName, hashing } from '../body/checksum.ts';
import type { VerifiedBody } from '../body/verified.ts';
import type { S3Context } from './call.ts';
import type { StoredSlice } from './pieces.ts';

/** Stored bytes, one slice after the other. They stay readable, removed or not, until the stream is closed. */
export function readStored(
  { contents }: Pick<S3Context, 'contents'>,
  slices: readonly StoredSlice[],
): Readable {
  const release = contents.hold(slices.map(({ content }) => content));
  async function* pieces(): AsyncGenerator<Buffer> {
    for (const { content, offset, length } of slices) {
      if (length === 0) continue;
      const place = { fd: contents.open(content), start: offset, end: offset + length - 1 };
      yield* createReadStream('', { ...place, highWaterMark: 2 ** 18 }) as AsyncIterable<Buffer>;
    }
  }
  return Readable.from(pieces(), { objectMode: false }).once('close', release);
}

/** The same as a body of which nothing is left to be checked, summed with what is wanted. */
export function storedBytes(
  s3: S3Context,
  slices: readonly StoredSlice[],
  wanted: readonly ChecksumName[],
): VerifiedBody {
  const stream = readStored(s3, slices) as AsyncIterable<Buffer>;
  const md5 = hashing('md5');
  const sums = new Map(wanted.map((name) => [name, CHECKSUMS[name].start()]));
  let size = 0;
  async function* summed(): AsyncGenerator<Buffer> {
    for await (const piece of stream) {
      size += piece.length;
      for (const sum of [md5, ...sums.values()]) sum.update(piece);
      yield piece;
    }
  }
  return {
    content: summed(),
    digest: () => ({
      size,
      md5: md5.digest(),
      checksums: new Map([...sums].map(([name, sum]) => [name, sum.digest().toString('base64')])),
    }),
  };
}
