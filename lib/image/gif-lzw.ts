import { type Block, brokenGif } from './gif-blocks.ts';

/** The most codes that a table holds: they have at most 12 bits (GIF89a, appendix F). */
const MAX_CODES = 4_096;

/**
 * Makes sure that the data of a frame unfolds to all of its pixels, without unfolding it: a code stands for so many pixels, and
 * how many is all that is kept of it. Throws BROKEN_IMAGE. Its cost is that of the data, whatever the size of the frame.
 */
export function checkFrame({ head, data }: Extract<Block, { readonly type: 'screen' | 'image' }>): void {
  const pixels = head.readUInt16LE(5) * head.readUInt16LE(7);
  const codeBits = data.readUInt8(0);
  if (codeBits < 1 || codeBits > 8) throw brokenGif(`its codes begin at ${codeBits} bits`);
  if (unfolded(withoutLengths(data), codeBits, pixels) < pixels)
    throw brokenGif('a frame ends before its last pixel');
}

/** The bytes of all sub-blocks behind the first byte. */
function withoutLengths(data: Buffer): Buffer {
  const bytes = Buffer.alloc(data.length);
  let end = 0;
  for (let at = 1; at < data.length; at += 1 + data.readUInt8(at)) {
    end += data.copy(bytes, end, at + 1, at + 1 + data.readUInt8(at));
  }
  return bytes.subarray(0, end);
}

/** Pixels that the codes stand for, counted no further than `wanted`. */
function unfolded(bytes: Buffer, codeBits: number, wanted: number): number {
  const clear = 1 << codeBits;
  const lengths = new Uint32Array(MAX_CODES).fill(1, 0, clear);
  let [next, size, before, total] = [clear + 2, codeBits + 1, 0, 0];
  let [bits, held, at] = [0, 0, 0];
  while (total < wanted) {
    for (; held < size && at < bytes.length; held += 8, at += 1) bits |= (bytes[at] ?? 0) << held;
    if (held < size) return total;
    const code = bits & ((1 << size) - 1);
    bits >>>= size;
    held -= size;
    if (code === clear) {
      [next, size, before] = [clear + 2, codeBits + 1, 0];
      continue;
    }
    if (code === clear + 1) return total;
    if (code > next || (code === next && before === 0))
      throw brokenGif('its data has a code that means nothing');
    // Each code but the first adds one: what the code before stands for, and one pixel more.
    if (before > 0 && next < MAX_CODES) {
      lengths[next] = before + 1;
      next += 1;
      if (next === 1 << size && size < 12) size += 1;
    }
    before = lengths[code] ?? 0;
    total += before;
  }
  return total;
}
