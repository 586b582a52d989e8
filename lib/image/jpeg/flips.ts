import { type Decoder, decoderOf, type HuffmanCode, LOOKUP_BITS } from './huffman.ts';

/**
 * What to flip in the next `LOOKUP_BITS` bits, looked up at once for as many symbols as they hold in full, so that most of a
 * block takes two or three lookups.
 */
export interface FlipTable {
  /**
   * By those bits: in the upper 16 the bits to flip, aligned to the left, below them 8 bits of coefficients to advance and 5 of
   * bits to advance. 0 where not one symbol lies in them.
   */
  readonly entries: Int32Array;
  readonly decoder: Decoder;
  readonly meanings: Meanings;
}

/** By symbol: coefficients to advance × 16 + magnitude bits that follow, or `NONE`. */
export type Meanings = Int16Array;

/** Of a block, DC among them. */
export const COEFFICIENTS = 64;
/** An advance that ends the block. The n of an EOBn, bits that follow with the number of blocks, is added to it. */
export const END_OF_BLOCK = 128;
/** No symbol of such a table. */
export const NONE = -1;

/** Bits that a difference of DC and a coefficient of AC have at most, for samples of 8 (T.81, F.1.2.1.2 and F.1.2.2.1). */
export const MAX_DC_SIZE = 11;
const MAX_AC_SIZE = 10;

/** Sizes of differences. */
export const DC_MEANINGS = meaningsOf((symbol) => (symbol <= MAX_DC_SIZE ? [1, symbol] : undefined));

/** Runs of zeros and sizes of what follows. A sequential scan ends one block at a time (T.81, F.1.2.2). */
export const AC_MEANINGS = meaningsOf((symbol) => meaningOfAc(symbol, 0));

/** A progressive one ends up to 2^15 - 1 of them with one symbol (T.81, G.1.2.2). */
export const AC_RUN_MEANINGS = meaningsOf((symbol) => meaningOfAc(symbol, 14));

type Meaning = readonly [advance: number, size: number];

function meaningsOf(meaning: (symbol: number) => Meaning | undefined): Meanings {
  return Int16Array.from({ length: 256 }, (_, symbol) => {
    const [advance, size] = meaning(symbol) ?? [];
    return advance === undefined || size === undefined ? NONE : advance * 16 + size;
  });
}

function meaningOfAc(symbol: number, maxEnd: number): Meaning | undefined {
  const [run, size] = [symbol >> 4, symbol & 15];
  if (size > 0) return size <= MAX_AC_SIZE ? [run + 1, size] : undefined;
  if (run === 15) return [16, 0];
  return run <= maxEnd ? [END_OF_BLOCK + run, 0] : undefined;
}

/** `maxSymbols` in one entry: 1 for a scan that has to know where each coefficient lies. */
export function flipTable(code: HuffmanCode, meanings: Meanings, maxSymbols: number): FlipTable {
  const decoder = decoderOf(code);
  const entries = new Int32Array(1 << LOOKUP_BITS);
  for (let bits = 0; bits < entries.length; bits += 1)
    entries[bits] = entryOf(bits, decoder.short, meanings, maxSymbols);
  return { entries, decoder, meanings };
}

function entryOf(bits: number, short: Uint16Array, meanings: Meanings, maxSymbols: number): number {
  let at = 0;
  let flips = 0;
  let advance = 0;
  for (let symbols = 0; symbols < maxSymbols && advance < COEFFICIENTS; symbols += 1) {
    const found = short[(bits << at) & ((1 << LOOKUP_BITS) - 1)] as number;
    const meaning = meanings[found & 255] as number;
    const size = meaning & 15;
    const length = found >> 8;
    if (length === 0 || meaning === NONE || at + length + size > LOOKUP_BITS) break;
    at += length + size;
    flips |= ((1 << size) - 1) << (16 - at);
    advance += meaning >> 4;
  }
  return (flips << 16) | (advance << 5) | at;
}
