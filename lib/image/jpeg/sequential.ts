import type { Bits } from './bits.ts';
import { COEFFICIENTS, END_OF_BLOCK, type FlipTable, NONE } from './flips.ts';
import { symbolOf, WINDOW_SHIFT } from './huffman.ts';
import { refuse } from './refusal.ts';

/** The tables of one block of an MCU. */
export interface BlockTables {
  readonly dc: FlipTable;
  readonly ac: FlipTable;
}

/**
 * Flips the magnitudes of MCUs whose blocks are coded in full, one after the other, and returns the bits that they have. Codes
 * and their lengths stay, so what is read at a bit is written at that bit: `pending` holds the flips of bytes that the next
 * store writes again.
 */
export function flipSequential({ from, to }: Bits, mcus: number, blocks: readonly BlockTables[]): number {
  let at = 0;
  let pending = 0;
  for (let mcu = 0; mcu < mcus; mcu += 1) {
    for (let block = 0; block < blocks.length; block += 1) {
      const { dc, ac } = blocks[block] as BlockTables;
      let table = dc;
      let place = 0;
      while (place < COEFFICIENTS) {
        let word = from.getInt32(at >> 3);
        let entry = table.entries[(word << (at & 7)) >>> WINDOW_SHIFT] as number;
        let next = place + ((entry >> 5) & 255);
        if (entry === 0 || isBeyond(next)) {
          // One symbol by itself: its code stays as it is, and its magnitude goes the way of an entry.
          const found = symbolOf(table.decoder, (word << (at & 7)) >>> 16);
          const meaning = table.meanings[found & 255] as number;
          next = place + (meaning >> 4);
          if (meaning === NONE || isBeyond(next)) refuse('a block has more than 64 coefficients');
          to.setInt32(at >> 3, word ^ pending);
          pending <<= ((at & 7) + (found >> 8)) & ~7;
          at += found >> 8;
          word = from.getInt32(at >> 3);
          const size = meaning & 15;
          entry = ~(-1 >>> size) | size;
        }
        const bits = entry & 31;
        pending |= (entry & 0xffff0000) >>> (at & 7);
        to.setInt32(at >> 3, word ^ pending);
        pending <<= ((at & 7) + bits) & ~7;
        at += bits;
        place = next;
        table = ac;
      }
    }
  }
  return at;
}

/**
 * Whether a place is neither within a block nor at its end, nor that of an end-of-block symbol within it. Then a lookup took
 * symbols of the next block for some of this one.
 */
function isBeyond(place: number): boolean {
  return place > COEFFICIENTS && (place < END_OF_BLOCK || place >= END_OF_BLOCK + COEFFICIENTS);
}
