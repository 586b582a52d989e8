import { createReadStream } from 'node:fs';
import { CHECKSUMS, type ChecksumName, hashing } from '../body/checksum.ts';
import type { VerifiedBody } from '../body/verified.ts';
import type { S3Context } from './call.ts';
import type { ByteRange } from './range.ts';

export interface StoredSlice {
  /** Undefined where there are no bytes. */
  readonly content: string | undefined;
  readonly size: number;
  /** @default all of it */
  readonly range?: ByteRange;
}

/** Stored bytes, one slice after the other, as a body of which nothing is left to be checked. They stay readable until its end. */
export function storedBytes(
  { contents }: S3Context,
  slices: readonly StoredSlice[],
  wanted: readonly ChecksumName[],
): VerifiedBody {
  const release = contents.hold(slices.flatMap(({ content }) => content ?? []));
  const md5 = hashing('md5');
  const sums = new Map(wanted.map((name) => [name, CHECKSUMS[name].start()]));
  let size = 0;
  async function* pieces(): AsyncGenerator<Buffer> {
    try {
      for (const { content, range, ...slice } of slices) {
        const { offset, length } = range ?? { offset: 0, length: slice.size };
        if (content === undefined || length === 0) continue;
        const fd = contents.open(content);
        const options = { fd, start: offset, end: offset + length - 1, highWaterMark: 2 ** 20 };
        for await (const piece of createReadStream('', options) as AsyncIterable<Buffer>) {
          size += piece.length;
          for (const sum of [md5, ...sums.values()]) sum.update(piece);
          yield piece;
        }
      }
    } finally {
      release();
    }
  }
  return {
    content: pieces(),
    digest: () => ({
      size,
      md5: md5.digest(),
      checksums: new Map([...sums].map(([name, sum]) => [name, sum.digest().toString('base64')])),
    }),
  };
}
