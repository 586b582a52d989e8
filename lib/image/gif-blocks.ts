import { DarkroomError } from '../error.ts';

/** A part of a GIF between its beginning and its closing byte. */
export type Block =
  | {
      readonly type: 'screen' | 'image';
      readonly head: Buffer;
      readonly table: Buffer;
      readonly data: Buffer;
    }
  | { readonly type: 'extension'; readonly label: number; readonly data: Buffer };

/** Signature and logical screen descriptor (GIF89a, 17 and 18); what it says of the global table is in its byte 10. */
const SCREEN_BYTES = 13;
const IMAGE = 0x2c;
/** An image descriptor with its introducer (GIF89a, 20); what it says of the local table is in its byte 9. */
const IMAGE_BYTES = 10;
const EXTENSION = 0x21;
const TRAILER = 0x3b;

/** The screen, the frames and the extensions of a GIF in their order. Throws BROKEN_IMAGE where one is cut short. */
export function readBlocks(gif: Buffer): readonly Block[] {
  const reader = readerOf(gif);
  const blocks: Block[] = [readScreen(reader)];
  // Files without the closing byte are common, and all of the picture is there.
  for (let next = reader.byteAt(0); next !== undefined && next !== TRAILER; next = reader.byteAt(0)) {
    if (next === IMAGE) blocks.push(readImage(reader));
    else if (next === EXTENSION) blocks.push(readExtension(reader));
    else throw brokenGif(`a block begins with ${next}`);
  }
  return blocks;
}

export function writeBlocks(blocks: readonly Block[]): Buffer {
  const parts = blocks.flatMap((block) =>
    block.type === 'extension'
      ? [Buffer.from([EXTENSION, block.label]), block.data]
      : [block.head, block.table, block.data],
  );
  return Buffer.concat([...parts, Buffer.from([TRAILER])]);
}

export function brokenGif(why: string): DarkroomError {
  return new DarkroomError('BROKEN_IMAGE', `The gif is broken or cut short: ${why}`);
}

interface Reader {
  /** The byte so far ahead of what was taken, if there is one. */
  readonly byteAt: (ahead: number) => number | undefined;
  readonly take: (length: number) => Buffer;
}

function readerOf(gif: Buffer): Reader {
  let at = 0;
  return {
    byteAt: (ahead) => gif[at + ahead],
    take: (length) => {
      if (at + length > gif.length) throw brokenGif('it ends within a block');
      at += length;
      return gif.subarray(at - length, at);
    },
  };
}

function readScreen({ take }: Reader): Block {
  const head = take(SCREEN_BYTES);
  return { type: 'screen', head, table: take(tableBytes(head.readUInt8(10))), data: Buffer.alloc(0) };
}

function readImage(reader: Reader): Block {
  const head = reader.take(IMAGE_BYTES);
  const table = reader.take(tableBytes(head.readUInt8(9)));
  return { type: 'image', head, table, data: reader.take(1 + subBlocksBytes(reader, 1)) };
}

function readExtension(reader: Reader): Block {
  const label = reader.take(2).readUInt8(1);
  return { type: 'extension', label, data: reader.take(subBlocksBytes(reader, 0)) };
}

/** Bytes of the colour table that a packed field announces. */
function tableBytes(packed: number): number {
  return packed & 0x80 ? 3 * 2 ** ((packed & 7) + 1) : 0;
}

/** Bytes of the sub-blocks that begin so far ahead, with the empty one that ends them. */
function subBlocksBytes({ byteAt }: Reader, ahead: number): number {
  let bytes = 0;
  for (let size = byteAt(ahead); size !== 0; size = byteAt(ahead + bytes)) {
    if (size === undefined) throw brokenGif('it ends within a block');
    bytes += 1 + size;
  }
  return bytes + 1;
}
