import { type Bits, type Interval, intervalsOf, stuff, writeRestart } from './bits.ts';
import { MAX_DC_SIZE } from './flips.ts';
import { encoderOf, extended, type HuffmanCode } from './huffman.ts';
import { mcuBlocks } from './mcus.ts';
import { codeOf, type Scan } from './parts.ts';
import { refuse } from './refusal.ts';

/** A first scan of DC for other values than it came with, to be written. */
export interface DcScan {
  /** By destination: tables that have to stand before the scan, since those in the file lack a size of difference. */
  readonly tables: ReadonlyMap<number, HuffmanCode>;
  readonly write: (out: Buffer, at: number) => number;
}

/** Bytes that the bits of a DC scan have at most: a code of 16 and a difference a block, and padding. */
export function maxDcBytes(scan: Scan): number {
  return Math.ceil((scan.mcus * mcuBlocks(scan).length * (16 + MAX_DC_SIZE)) / 8) + 1;
}

/**
 * What a scan leaves out of DC are the low bits of a number in two's complement (T.81, G.1.2.1): the negative of 2 × 3 + 1 is
 * 2 × -4 + 1, where flipping all magnitudes would give 2 × -3. So the first scan, which is small, is made anew, for the
 * negatives of `values`; `order` is that of its blocks among them.
 */
export function negateFirstDc(scan: Scan, order: Int32Array, values: Int16Array, bits: Bits): DcScan {
  const { differences, sizes } = differencesOf(scan, order, values);
  const tables = new Map<number, HuffmanCode>();
  const encoders = scan.components.map((_, owner) => encoderFor(scan, owner, sizes, tables));
  const encoderOfBlock = mcuBlocks(scan).flatMap((owner) => encoders[owner] ?? []);
  const perMcu = encoderOfBlock.length;
  const write: DcScan['write'] = (out, start) => {
    let at = start;
    for (const { from, mcus } of intervalsOf(scan)) {
      const told = differences.subarray(from * perMcu, (from + mcus) * perMcu);
      at = writeRestart(scan, from, out, at);
      at = stuff(bits.output, writeDifferences(told, encoderOfBlock, bits.to), out, at);
    }
    return at;
  };
  return { tables, write };
}

interface Differences {
  /** To the level before it of the same component; to 0 where an interval begins (T.81, F.1.1.5.1). */
  readonly differences: Int16Array;
  /** By component of the scan: a bit for each size that occurs. */
  readonly sizes: Int32Array;
}

function differencesOf(scan: Scan, order: Int32Array, values: Int16Array): Differences {
  const owners = mcuBlocks(scan);
  const { low } = scan;
  const differences = new Int16Array(order.length);
  const sizes = new Int32Array(scan.components.length);
  const before = new Int32Array(scan.components.length);
  for (const { from, mcus } of intervalsOf(scan)) {
    before.fill(0);
    let place = from * owners.length;
    for (let mcu = 0; mcu < mcus; mcu += 1) {
      for (let block = 0; block < owners.length; block += 1) {
        const owner = owners[block] as number;
        const level = -(values[order[place] as number] as number) >> low;
        const difference = level - (before[owner] as number);
        differences[place] = difference;
        sizes[owner] = (sizes[owner] as number) | (1 << sizeOf(difference));
        before[owner] = level;
        place += 1;
      }
    }
  }
  return { differences, sizes };
}

/** The codes of a component of the scan, with one for each size that occurs. */
function encoderFor(
  scan: Scan,
  owner: number,
  sizes: Int32Array,
  tables: Map<number, HuffmanCode>,
): Int32Array {
  const destination = scan.components[owner]?.dc ?? 0;
  let code = tables.get(destination) ?? codeOf(scan, 0, destination);
  for (let size = 0; (sizes[owner] as number) >> size > 0; size += 1) {
    const isMissing = (sizes[owner] as number) & (1 << size) && !code.symbols.includes(size);
    if (size > MAX_DC_SIZE) refuse('a difference has too many bits');
    if (!isMissing) continue;
    code = extended(code, size);
    tables.set(destination, code);
  }
  return encoderOf(code);
}

/** Lays the code of each size and as many bits behind it, filled up with ones to whole bytes (T.81, F.1.2.3); returns the bits. */
function writeDifferences(differences: Int16Array, encoders: readonly Int32Array[], to: DataView): number {
  let at = 0;
  // The bits of a byte that is not full yet, from the top.
  let pending = 0;
  for (let place = 0; place < differences.length; place += encoders.length) {
    for (let block = 0; block < encoders.length; block += 1) {
      const difference = differences[place + block] as number;
      const size = sizeOf(difference);
      const code = (encoders[block] as Int32Array)[size] as number;
      const length = code & 31;
      pending |= ((code >>> 5) << (32 - length)) >>> (at & 7);
      to.setInt32(at >> 3, pending);
      pending <<= ((at & 7) + length) & ~7;
      at += length;
      if (size === 0) continue;
      pending |= ((difference < 0 ? difference - 1 : difference) << (32 - size)) >>> (at & 7);
      to.setInt32(at >> 3, pending);
      pending <<= ((at & 7) + size) & ~7;
      at += size;
    }
  }
  to.setInt32(at >> 3, pending | (-1 >>> (at & 7)));
  return (at + 7) & ~7;
}

function sizeOf(difference: number): number {
  return 32 - Math.clz32(Math.abs(difference));
}

/**
 * Negates a later scan of DC, one bit a block: what is the lowest bit of a number and below it stays in its negative, all above
 * changes. `output` has to hold a copy of the input. Returns the bits that it has.
 */
export function negateNextDc(
  scan: Scan,
  { from, mcus }: Interval,
  order: Int32Array,
  values: Int16Array,
  { output }: Bits,
): number {
  const perMcu = order.length / scan.mcus;
  // No number has a bit below this one, so the loop would change nothing.
  if (scan.low === 0) return mcus * perMcu;
  for (let at = 0; at < mcus * perMcu; at += 1) {
    const value = values[order[from * perMcu + at] as number] as number;
    output[at >> 3] = (output[at >> 3] as number) ^ ((((value ^ -value) >> scan.low) & 1) << (7 - (at & 7)));
  }
  return mcus * perMcu;
}
