/** Reads a stream of buffers by lines and by counts, holding no more than one buffer and one line. */
export interface ByteReader {
  /** The next line as latin1 without its end; undefined when the stream ends first, or the line is longer than `max`. */
  line(max: number): Promise<string | undefined>;
  /** Pieces that together are `length` bytes, or fewer when the stream ends. */
  take(length: number): AsyncGenerator<Buffer>;
  /** Whether the stream has nothing more. */
  ended(): Promise<boolean>;
  /** Lets go of the stream, wherever it stands. */
  close(): Promise<void>;
}

const NEWLINE = 0x0a;

export function byteReader(source: AsyncIterable<Buffer>): ByteReader {
  const iterator = source[Symbol.asyncIterator]();
  let held: Buffer = Buffer.alloc(0);
  const fill = async (): Promise<boolean> => {
    while (held.length === 0) {
      const { done, value } = await iterator.next();
      if (done === true) return false;
      held = value;
    }
    return true;
  };
  return {
    async line(max) {
      const pieces: Buffer[] = [];
      let length = 0;
      while (await fill()) {
        const end = held.indexOf(NEWLINE);
        const piece = held.subarray(0, end < 0 ? held.length : end);
        length += piece.length;
        if (length > max) return undefined;
        pieces.push(piece);
        held = held.subarray(piece.length + (end < 0 ? 0 : 1));
        if (end >= 0) return Buffer.concat(pieces).toString('latin1').replace(/\r$/, '');
      }
      return undefined;
    },
    async *take(length) {
      let left = length;
      while (left > 0 && (await fill())) {
        const piece = held.subarray(0, left);
        held = held.subarray(piece.length);
        left -= piece.length;
        yield piece;
      }
    },
    ended: async () => !(await fill()),
    async close() {
      await iterator.return?.();
    },
  };
}
