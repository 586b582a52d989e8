import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import type { ChecksumName } from '../body/checksum.ts';
import { openSums } from '../body/sums.ts';
import { asBodyDigest, type BodyDigest, type VerifiedBody } from '../body/verified.ts';
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
      const { descriptor: fd, start } = contents.open(content);
      const place = { fd, start: start + offset, end: start + offset + length - 1 };
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
  const size = slices.reduce((sum, { length }) => sum + length, 0);
  let digest: BodyDigest | undefined;
  async function* content(): AsyncGenerator<Buffer> {
    const sums = openSums(new Set([...wanted, 'MD5']), size);
    try {
      for await (const piece of stream) {
        const summing = sums.update(piece);
        if (summing) await summing;
        yield piece;
      }
      digest = asBodyDigest(size, wanted, await sums.digests());
    } finally {
      sums.close();
    }
  }
  return {
    content: content(),
    digest() {
      if (digest === undefined) throw new Error('The digest of stored bytes is asked for before their end');
      return digest;
    },
  };
}
