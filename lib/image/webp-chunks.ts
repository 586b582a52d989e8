import { DarkroomError } from '../error.ts';

export interface Chunk {
  readonly type: string;
  readonly data: Buffer;
}

/** The chunks of a RIFF body, each of even length (WebP container specification, "RIFF file format"). Throws BROKEN_IMAGE. */
export function readChunks(body: Buffer): readonly Chunk[] {
  const chunks: Chunk[] = [];
  for (let at = 0; at + 8 <= body.length; ) {
    const length = body.readUInt32LE(at + 4);
    if (at + 8 + length > body.length)
      throw new DarkroomError('BROKEN_IMAGE', 'The webp is broken or cut short: it ends within a chunk');
    chunks.push({ type: body.toString('latin1', at, at + 4), data: body.subarray(at + 8, at + 8 + length) });
    at += 8 + length + (length % 2);
  }
  return chunks;
}

export function writeChunks(chunks: readonly Chunk[]): Buffer {
  return Buffer.concat(
    chunks.flatMap(({ type, data }) => {
      const head = Buffer.from(`${type}\0\0\0\0`, 'latin1');
      head.writeUInt32LE(data.length, 4);
      return [head, data, Buffer.alloc(data.length % 2)];
    }),
  );
}

const HEAD_BYTES = 12;

/** The chunks of a WebP file. */
export function readWebp(webp: Buffer): readonly Chunk[] {
  return readChunks(webp.subarray(HEAD_BYTES, Math.min(webp.length, 8 + webp.readUInt32LE(4))));
}

export function writeWebp(chunks: readonly Chunk[]): Buffer {
  const body = Buffer.concat([Buffer.from('WEBP'), writeChunks(chunks)]);
  return writeChunks([{ type: 'RIFF', data: body }]);
}
