import { refuse } from './refusal.ts';

/** A Huffman table as a DHT segment has it: how many codes there are of each length 1 to 16, and what they stand for. */
export interface HuffmanCode {
  readonly counts: Buffer;
  readonly symbols: Buffer;
}

/** Bits that one lookup sees. 11 to 15 are equally fast on photos, and small tables are sooner made. */
export const LOOKUP_BITS = 11;
/** What brings them down from the top of a word. */
export const WINDOW_SHIFT = 32 - LOOKUP_BITS;
const MAX_LENGTH = 16;

/** The tables of a DHT segment by class (0 for DC, 1 for AC) × 16 + destination (T.81, B.2.4.2). Refuses what is no prefix code. */
export function readCodes(payload: Buffer): ReadonlyMap<number, HuffmanCode> {
  const codes = new Map<number, HuffmanCode>();
  for (let at = 0; at < payload.length; ) {
    const id = payload.readUInt8(at);
    const counts = payload.subarray(at + 1, at + 1 + MAX_LENGTH);
    const total = counts.reduce((sum, count) => sum + count, 0);
    at += 1 + MAX_LENGTH + total;
    if (at > payload.length || (id & 0xec) !== 0) refuse('a Huffman table is cut short');
    codes.set(id, { counts, symbols: payload.subarray(at - total, at) });
  }
  return codes;
}

/** Finds the symbol that bits begin with. */
export interface Decoder {
  /** By the next `LOOKUP_BITS` bits: length of the code × 256 + symbol, or 0 where the code is longer. */
  readonly short: Uint16Array;
  /** By length: what 16 bits have to be below to begin with a code of that length or a shorter one. */
  readonly limits: Int32Array;
  /** By length: what to add to a code for its place among the symbols. */
  readonly offsets: Int32Array;
  readonly symbols: Buffer;
}

export function decoderOf({ counts, symbols }: HuffmanCode): Decoder {
  const short = new Uint16Array(1 << LOOKUP_BITS);
  const limits = new Int32Array(MAX_LENGTH + 1);
  const offsets = new Int32Array(MAX_LENGTH + 1);
  let code = 0;
  let place = 0;
  for (let length = 1; length <= MAX_LENGTH; length += 1) {
    offsets[length] = place - code;
    for (let count = counts[length - 1] ?? 0; count > 0; count -= 1) {
      const spare = LOOKUP_BITS - length;
      if (spare >= 0) short.fill((length << 8) | (symbols[place] ?? 0), code << spare, (code + 1) << spare);
      code += 1;
      place += 1;
    }
    if (code > 1 << length) refuse('a Huffman table has more codes than there can be');
    limits[length] = code << (MAX_LENGTH - length);
    code <<= 1;
  }
  return { short, limits, offsets, symbols };
}

/** Length of the code × 256 + symbol that 16 bits begin with. Refuses bits that begin with no code. */
export function symbolOf({ short, limits, offsets, symbols }: Decoder, bits: number): number {
  const found = short[bits >>> (MAX_LENGTH - LOOKUP_BITS)] as number;
  if (found !== 0) return found;
  for (let length = LOOKUP_BITS + 1; length <= MAX_LENGTH; length += 1) {
    if (bits >= (limits[length] as number)) continue;
    const place = (bits >>> (MAX_LENGTH - length)) + (offsets[length] as number);
    return (length << 8) | (symbols[place] as number);
  }
  return refuse('a Huffman code is in no table');
}

/** By symbol: its code × 32 + the length of it, or 0 for none. */
export function encoderOf({ counts, symbols }: HuffmanCode): Int32Array {
  const codes = new Int32Array(256);
  let code = 0;
  let place = 0;
  for (let length = 1; length <= MAX_LENGTH; length += 1) {
    for (let count = counts[length - 1] ?? 0; count > 0; count -= 1) {
      codes[symbols[place] ?? 0] = (code << 5) | length;
      code += 1;
      place += 1;
    }
    code <<= 1;
  }
  return codes;
}

/**
 * The code with one more symbol, all other codes as they were: it takes a place behind the longest ones, one bit longer, since
 * encoders leave the code of all ones free (T.81, C.2). Refuses where there is no such place.
 */
export function extended({ counts, symbols }: HuffmanCode, symbol: number): HuffmanCode {
  const longest = counts.findLastIndex((count) => count > 0) + 1;
  const taken = counts.reduce((sum, count, index) => sum + count * 2 ** (MAX_LENGTH - 1 - index), 0);
  const step = 2 ** (MAX_LENGTH - 1 - longest);
  if (longest === MAX_LENGTH || taken + 2 * step > 1 << MAX_LENGTH) refuse('a Huffman table has no room');
  const more = Buffer.from(counts);
  more[longest] = 1;
  return { counts: more, symbols: Buffer.concat([symbols, Buffer.of(symbol)]) };
}
