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
    let high = history[2 * block] as number;
    let low = history[2 * block + 1] as number;
    let restHigh = bandHigh;
    let restLow = bandLow;
    let place = start;
    while (empty === 0 && place <= end) {
      const word = from.getInt32(at >> 3) << (at & 7);
      const found = (short[word >>> WINDOW_SHIFT] as number) || symbolOf(decoder, word >>> 16);
      const size = found & 15;
      let run = (found >> 4) & 15;
      at += found >> 8;
      if (size > 1) refuse('a new coefficient has more than one bit');
      if (size === 0 && run < MAX_RUN) {
        empty = (1 << run) + (((from.getInt32(at >> 3) << (at & 7)) >>> 1) >>> (31 - run));
        at += run;
        restHigh = maskOf(place, end, 0);
        restLow = maskOf(place, end, 32);
        break;
      }
      if (size === 1) {
        output[at >> 3] = (output[at >> 3] as number) ^ (0x80 >> (at & 7));
        at += 1;
      }
      // Past `run` zeros to the next, which is the new one; all others on the way have a bit here.
      while (place <= end) {
        const ahead = place < 32 ? (high << place) | ((low >>> 1) >>> (31 - place)) : low << (place - 32);
        if (ahead < 0) {
          const others = Math.clz32(~ahead);
          at += others;
          place += others;
        } else if (run > 0) {
          const zeros = Math.min(run, Math.clz32(ahead));
          run -= zeros;
          place += zeros;
        } else break;
      }
      if (place > end) refuse('a band has more coefficients than it can');
      const bit = size === 1 ? 0x80000000 >>> (place & 31) : 0;
      if (place < 32) high |= bit;
      else low |= bit;
      place += 1;
    }
    history[2 * block] = high;
    history[2 * block + 1] = low;
    if (empty === 0) continue;
    at += countBits(high & restHigh) + countBits(low & restLow);
    empty -= 1;
  }
  return empty > 0 ? refuse('a run of empty blocks is too long') : at;
}
