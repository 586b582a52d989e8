import type { Band } from './ac-first.ts';
import type { Bits } from './bits.ts';
import { countBits, type History, maskOf } from './history.ts';
import { type Decoder, symbolOf } from './huffman.ts';
import { refuse } from './refusal.ts';

/**
 * Flips the signs of coefficients that a later scan of AC makes other than zero (T.81, G.1.2.3), and notes them; the bits that
 * it adds to the magnitudes of others stay. Returns the bits that it has.
 */
export function flipNext({ from, output }: Bits, band: Band, decoder: Decoder, history: History): number {
  const { start, end } = band;
  const behind = band.firstBlock + band.blocks;
  const [bandHigh, bandLow] = [maskOf(start, end, 0), maskOf(start, end, 32)];
  let at = 0;
  for (let block = band.firstBlock; block < behind; block += 1) {
    let high = history[2 * block] as number;
    let low = history[2 * block + 1] as number;
    let place = start;
    while (place <= end) {
      const found = symbolOf(decoder, (from.getInt32(at >> 3) << (at & 7)) >>> 16);
      at += found >> 8;
      const size = found & 15;
      let run = (found >> 4) & 15;
      if (size > 1) refuse('a new coefficient has more than one bit');
      if (size === 0 && run < 15) {
        const more = (1 << run) - 1 + (((from.getInt32(at >> 3) << (at & 7)) >>> 1) >>> (31 - run));
        at += run + countBits(high & maskOf(place, end, 0)) + countBits(low & maskOf(place, end, 32));
        history[2 * block] = high;
        history[2 * block + 1] = low;
        if (block + more >= behind) refuse('a run of empty blocks is too long');
        for (const last = block + more; block < last; ) {
          block += 1;
          high = history[2 * block] as number;
          low = history[2 * block + 1] as number;
          at += countBits(high & bandHigh) + countBits(low & bandLow);
        }
        break;
      }
      if (size === 1) {
        output[at >> 3] = (output[at >> 3] as number) ^ (0x80 >> (at & 7));
        at += 1;
      }
      // Past `run` zeros and to the next, which becomes the coefficient; each other on the way has a bit here.
      for (; place <= end; place += 1) {
        const isSet = (place < 32 ? high << place : low << (place - 32)) < 0;
        if (isSet) at += 1;
        else if (run === 0) break;
        else run -= 1;
      }
      if (place > end) refuse('a band has more coefficients than it can');
      if (size === 1 && place < 32) high |= 0x80000000 >>> place;
      else if (size === 1) low |= 0x80000000 >>> (place - 32);
      place += 1;
    }
    history[2 * block] = high;
    history[2 * block + 1] = low;
  }
  return at;
}
