import type { Band } from './ac-first.ts';
import type { Bits } from './bits.ts';
import { countBits, type History, maskOf } from './history.ts';
import { type Decoder, symbolOf, WINDOW_SHIFT } from './huffman.ts';
import { refuse } from './refusal.ts';

const MAX_RUN = 15;

/**
 * Flips the signs of coefficients that a later scan of AC makes other than zero (T.81, G.1.2.3), and notes them; the bits that
 * it adds to the magnitudes of others stay. `output` has to hold a copy of the input. Returns the bits that it has.
 */
export function flipNext({ from, output }: Bits, band: Band, decoder: Decoder, history: History): number {
  const { firstBlock, blocks, start, end } = band;
  const { short } = decoder;
  const [bandHigh, bandLow] = [maskOf(start, end, 0), maskOf(start, end, 32)];
  let at = 0;
  // Blocks from this one on that have nothing new.
  let empty = 0;
  for (let block = firstBlock; block < firstBlock + blocks; block += 1) {
    // Coefficients ahead that are zero so far: those of this word of the history, and those of the next.
    let word = 2 * block;
    let zeros = bandHigh & ~(history[word] as number);
    let next = bandLow & ~(history[word + 1] as number);
    let place = start;
    while (empty === 0 && place <= end) {
      const bits = from.getInt32(at >> 3) << (at & 7);
      const found = (short[bits >>> WINDOW_SHIFT] as number) || symbolOf(decoder, bits >>> 16);
      const size = found & 15;
      const run = (found >> 4) & 15;
      at += found >> 8;
      if (size === 0 && run < MAX_RUN) {
        empty = (1 << run) + (((from.getInt32(at >> 3) << (at & 7)) >>> 1) >>> (31 - run));
        at += run;
        break;
      }
      if (size > 1) refuse('a new coefficient has more than one bit');
      output[at >> 3] = (output[at >> 3] as number) ^ ((size << 7) >> (at & 7));
      // Past `run` zeros to the next, which is the new one; all others on the way have a bit here.
      let bit = 0;
      for (let left = run; left >= 0; left -= 1) {
        if (zeros === 0) {
          if (next === 0) refuse('a band has more coefficients than it can');
          zeros = next;
          next = 0;
          word += 1;
        }
        bit = 0x80000000 >>> Math.clz32(zeros);
        zeros ^= bit;
      }
      const ahead = 32 * (word & 1) + Math.clz32(bit) + 1;
      at += size + ahead - place - run - 1;
      place = ahead;
      if (size === 1) history[word] = (history[word] as number) | bit;
    }
    if (empty === 0) continue;
    at += end + 1 - place - countBits(zeros) - countBits(next);
    empty -= 1;
  }
  return empty > 0 ? refuse('a run of empty blocks is too long') : at;
}
