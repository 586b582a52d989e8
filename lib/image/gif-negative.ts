import { DarkroomError } from '../error.ts';

/**
 * The negative of a GIF: its colour tables inverted and nothing else touched, so frames, delays, disposal, loops and
 * transparency stay, and twice gives back the tables. Comments, XMP and plain texts are left out. Throws BROKEN_IMAGE.
 */
export function negateGif(gif: Buffer): Buffer {
  const kept: Buffer[] = [];
  let at = HEADER_BYTES;
  const take = (length: number): Buffer => {
    if (at + length > gif.length) throw brokenGif('it ends within a block');
    at += length;
    return gif.subarray(at - length, at);
  };
  kept.push(gif.subarray(0, HEADER_BYTES), invert(take(tableBytes(gif.readUInt8(10)))));
  const hasTable = kept[1]?.length !== 0;
  for (;;) {
    // Files without the closing byte are common, and all of the picture is there.
    const introducer = at < gif.length ? take(1) : TRAILER;
    if (introducer[0] === TRAILER[0]) return Buffer.concat([...kept, TRAILER]);
    if (introducer[0] === IMAGE) {
      const descriptor = take(9);
      const table = invert(take(tableBytes(descriptor.readUInt8(8))));
      if (!hasTable && table.length === 0) throw brokenGif('a frame has no colours');
      kept.push(introducer, descriptor, table, take(1), takeBlocks(take));
    } else if (introducer[0] === EXTENSION) {
      const label = take(1);
      const blocks = takeBlocks(take);
      if (isKept(label, blocks)) kept.push(introducer, label, blocks);
    } else throw brokenGif(`a block begins with ${introducer[0]}`);
  }
}

/** Signature and logical screen descriptor (GIF89a, 17 and 18); the size of the global table is in byte 10. */
const HEADER_BYTES = 13;
const IMAGE = 0x2c;
const EXTENSION = 0x21;
const TRAILER = Buffer.from([0x3b]);

/** Bytes of the colour table that a packed field announces. */
function tableBytes(packed: number): number {
  return packed & 0x80 ? 3 * 2 ** ((packed & 7) + 1) : 0;
}

function invert(table: Buffer): Buffer {
  return Buffer.from(table.map((value) => 255 - value));
}

/** Sub-blocks with the empty one that ends them. */
function takeBlocks(take: (length: number) => Buffer): Buffer {
  const parts: Buffer[] = [];
  for (;;) {
    const length = take(1);
    parts.push(length, take(length.readUInt8()));
    if (length[0] === 0) return Buffer.concat(parts);
  }
}

const GRAPHIC_CONTROL = 0xf9;
const APPLICATION = 0xff;

/** Delays and transparency, and of applications the number of loops and the colour profile. */
function isKept(label: Buffer, blocks: Buffer): boolean {
  if (label[0] === GRAPHIC_CONTROL) return true;
  return (
    label[0] === APPLICATION &&
    /^(NETSCAPE2\.0|ANIMEXTS1\.0|ICCRGBG1012)/.test(blocks.toString('latin1', 1, 12))
  );
}

function brokenGif(why: string): DarkroomError {
  return new DarkroomError('BROKEN_IMAGE', `The gif is broken or cut short: ${why}`);
}
