import { crc32 } from 'node:zlib';
import { DarkroomError } from '../error.ts';

export interface Chunk {
  /** Four letters, the first in upper case where a decoder cannot do without the chunk. */
  readonly type: string;
  readonly data: Buffer;
  /** All of it as it was read, with length and checksum: unchanged, it is written back as it is. */
  readonly whole?: Buffer;
}

const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

/** The chunks of a PNG, up to its end; ancillary ones with a wrong checksum are left out (PNG 3rd edition, 5.3 and 13.3). */
export function readChunks(png: Buffer): readonly Chunk[] {
  const chunks: Chunk[] = [];
  let at = SIGNATURE.length;
  while (chunks.at(-1)?.type !== 'IEND') {
    if (at + 12 > png.length) throw brokenPng('it ends within a chunk');
    const length = png.readUInt32BE(at);
    const type = png.toString('latin1', at + 4, at + 8);
    const end = at + 8 + length;
    if (end + 4 > png.length) throw brokenPng(`it ends within a chunk ${JSON.stringify(type)}`);
    const isSound = crc32(png.subarray(at + 4, end)) === png.readUInt32BE(end);
    if (isSound) chunks.push({ type, data: png.subarray(at + 8, end), whole: png.subarray(at, end + 4) });
    else if (/^[A-Z]/.test(type)) throw brokenPng(`the checksum of its ${type} is wrong`);
    at = end + 4;
  }
  return chunks;
}

/**
 * A PNG without its texts, which nobody draws: unpacked, they may be a thousand times as long, and libpng unpacks each of them:
 * 400 KB once took 3.7 GB. One without texts is given back as it is. Throws BROKEN_IMAGE.
 */
export function withoutTexts(png: Buffer): Buffer {
  const chunks = readChunks(png);
  const drawn = chunks.filter(({ type }) => !TEXTS.has(type));
  return drawn.length < chunks.length ? writeChunks(drawn) : png;
}

const TEXTS = new Set(['tEXt', 'zTXt', 'iTXt']);

export function writeChunks(chunks: readonly Chunk[]): Buffer {
  return Buffer.concat([
    SIGNATURE,
    ...chunks.flatMap(({ type, data, whole }) => {
      if (whole !== undefined) return [whole];
      const name = Buffer.from(type, 'latin1');
      return [uint32(data.length), name, data, uint32(crc32(data, crc32(name)))];
    }),
  ]);
}

export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

export function brokenPng(why: string, cause?: unknown): DarkroomError {
  return new DarkroomError('BROKEN_IMAGE', `The png is broken or cut short: ${why}`, { cause });
}
