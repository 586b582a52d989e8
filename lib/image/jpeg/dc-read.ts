import { type Bits, eachInterval } from './bits.ts';
import { MAX_DC_SIZE } from './flips.ts';
import { type Decoder, decoderOf, symbolOf } from './huffman.ts';
import { type BlockOrders, mcuBlocks } from './mcus.ts';
import { codeOf, type Jpeg, type Scan } from './parts.ts';
import { refuse } from './refusal.ts';

/** Of 8-bit samples, however fine the quantiser. */
const MAX_DC = 2047;

/** The DC coefficients of all blocks of a progressive file, put together from the scans that tell of them. */
export function readDc({ frame, parts }: Jpeg, orderOf: BlockOrders, bits: Bits): Int16Array {
  const values = new Int16Array(frame.blocks);
  for (const part of parts) {
    if (part.type === 'segment' || part.start > 0) continue;
    if (part.high === 0) readFirst(part, orderOf(part), values, bits);
    else readNext(part, orderOf(part), values, bits);
  }
  return values;
}

function readFirst(scan: Scan, order: Int32Array, values: Int16Array, { input, from: view }: Bits): void {
  const owners = mcuBlocks(scan);
  const decoders = scan.components.map(({ dc }) => decoderOf(codeOf(scan, 0, dc)));
  eachInterval(scan, input, ({ from, mcus }) => {
    const levels = new Int32Array(decoders.length);
    let place = from * owners.length;
    let at = 0;
    for (let mcu = 0; mcu < mcus; mcu += 1) {
      for (const owner of owners) {
        const found = symbolOf(decoders[owner] as Decoder, (view.getInt32(at >> 3) << (at & 7)) >>> 16);
        at += found >> 8;
        const size = found & 255;
        if (size > MAX_DC_SIZE) refuse('a difference has too many bits');
        const level = (levels[owner] as number) + magnitude(view.getInt32(at >> 3) << (at & 7), size);
        at += size;
        levels[owner] = level;
        const value = level << scan.low;
        if (Math.abs(value) > MAX_DC) refuse('a DC coefficient has too many bits');
        values[order[place] as number] = value;
        place += 1;
      }
    }
    return at;
  });
}

/** What the first `size` bits mean: with a leading 0, a negative number in ones' complement (T.81, F.2.2.1). */
function magnitude(bits: number, size: number): number {
  // In two steps, since a shift by 32 is one by 0.
  const value = (bits >>> 1) >>> (31 - size);
  return bits < 0 || size === 0 ? value : value + 1 - (1 << size);
}

/** One more bit of each value, as it is. */
function readNext(scan: Scan, order: Int32Array, values: Int16Array, { input }: Bits): void {
  const perMcu = mcuBlocks(scan).length;
  eachInterval(scan, input, ({ from, mcus }) => {
    for (let at = 0; at < mcus * perMcu; at += 1) {
      const block = order[from * perMcu + at] as number;
      const bit = ((input[at >> 3] ?? 0) >> (7 - (at & 7))) & 1;
      values[block] = (values[block] as number) | (bit << scan.low);
    }
    return mcus * perMcu;
  });
}
