import type { Bits } from './bits.ts';
import { END_OF_BLOCK, type FlipTable, NONE } from './flips.ts';
import { type History, note } from './history.ts';
import { symbolOf, WINDOW_SHIFT } from './huffman.ts';
import { refuse } from './refusal.ts';

/** Blocks of an interval, and the band of coefficients that a scan has of them. */
export interface Band {
  readonly firstBlock: number;
  readonly blocks: number;
  readonly start: number;
  readonly end: number;
}

/**
 * Flips the magnitudes of a first scan of AC (T.81, G.1.2.2) and notes where they are; returns the bits that it has. Its table
 * has one symbol an entry. Written as `flipSequential` writes.
 */
export function flipFirst({ from, to }: Bits, band: Band, table: FlipTable, history: History): number {
  const { start, end } = band;
  const behind = band.firstBlock + band.blocks;
  const { entries } = table;
  let at = 0;
  let pending = 0;
  for (let block = band.firstBlock; block < behind; block += 1) {
    let place = start;
    while (place <= end) {
      let word = from.getInt32(at >> 3);
      let entry = entries[(word << (at & 7)) >>> WINDOW_SHIFT] as number;
      let advance = (entry >> 5) & 255;
      if (entry === 0) {
        const found = symbolOf(table.decoder, (word << (at & 7)) >>> 16);
        const meaning = table.meanings[found & 255] as number;
        if (meaning === NONE) refuse('a coefficient has too many bits');
        to.setInt32(at >> 3, word ^ pending);
        pending <<= ((at & 7) + (found >> 8)) & ~7;
        at += found >> 8;
        word = from.getInt32(at >> 3);
        advance = meaning >> 4;
        entry = ~(-1 >>> (meaning & 15)) | (meaning & 15);
      }
      const flips = entry & 0xffff0000;
      pending |= flips >>> (at & 7);
      to.setInt32(at >> 3, word ^ pending);
      pending <<= ((at & 7) + (entry & 31)) & ~7;
      at += entry & 31;
      if (advance >= END_OF_BLOCK) {
        const runBits = advance - END_OF_BLOCK;
        word = from.getInt32(at >> 3);
        to.setInt32(at >> 3, word ^ pending);
        pending <<= ((at & 7) + runBits) & ~7;
        block += (1 << runBits) - 1 + (((word << (at & 7)) >>> 1) >>> (31 - runBits));
        at += runBits;
        break;
      }
      place += advance;
      if (flips !== 0) note(history, block, place - 1);
    }
    if (place > end + 1) refuse('a band has more coefficients than it can');
    if (block >= behind) refuse('a run of empty blocks is too long');
  }
  return at;
}
