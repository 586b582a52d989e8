import { token, writeTokens } from './bit-writer.ts';
import { intervalsOf, writeRestart } from './bits.ts';
import { MAX_DC_SIZE } from './flips.ts';
import type { Frame } from './frame.ts';
import { encoderOf, extended, type HuffmanCode } from './huffman.ts';
import { blockOrder, mcuBlocks } from './mcus.ts';
import { codeOf, type Scan } from './parts.ts';
import { refuse } from './refusal.ts';

/** A DC scan for other values than it came with, to be written. */
export interface DcScan {
  /** By destination: tables that have to stand before the scan, since those in the file lack a size of difference. */
  readonly tables: ReadonlyMap<number, HuffmanCode>;
  readonly write: (out: Buffer, at: number) => number;
}

/** Bytes that a DC scan and the tables before it have at most: a code, a difference, and a stuffed zero for each byte. */
export function maxDcBytes(scan: Scan): number {
  const blocks = scan.mcus * mcuBlocks(scan).length;
  const restarts = scan.restartInterval > 0 ? scan.mcus / scan.restartInterval : 0;
  return Math.ceil((blocks * 2 * (16 + MAX_DC_SIZE)) / 8 + restarts * 4) + 1_024;
}

/**
 * What a scan leaves out of DC are the low bits of a number in two's complement (T.81, G.1.2.1): the negative of 2 × 3 + 1 is
 * 2 × -4 + 1, where flipping all magnitudes would give 2 × -3. So these scans, which are small, are made anew.
 */
export function dcScan(scan: Scan, frame: Frame, values: Int16Array): DcScan {
  const order = blockOrder(scan, frame);
  const levels = new Int32Array(order.length);
  for (let place = 0; place < order.length; place += 1)
    levels[place] = (values[order[place] as number] as number) >> scan.low;
  const tables = new Map<number, HuffmanCode>();
  const tokens = scan.high === 0 ? differenceTokens(scan, levels, tables) : bitTokens(levels);
  const perMcu = tokens.length / scan.mcus;
  const write: DcScan['write'] = (out, start) => {
    let at = start;
    for (const { from, mcus } of intervalsOf(scan)) {
      at = writeRestart(scan, from, out, at);
      at = writeTokens(tokens.subarray(from * perMcu, (from + mcus) * perMcu), out, at);
    }
    return at;
  };
  return { tables, write };
}

/** One bit a block, as it is. */
function bitTokens(levels: Int32Array): Int32Array {
  return levels.map((level) => token(level & 1, 1));
}

/** Two a block, the code of a size and as many bits. Notes tables that have to be extended for them. */
function differenceTokens(scan: Scan, levels: Int32Array, tables: Map<number, HuffmanCode>): Int32Array {
  const { differences, sizes } = differencesOf(scan, levels);
  const encoders = scan.components.map((_, owner) => encoderFor(scan, owner, sizes, tables));
  const owners = mcuBlocks(scan);
  const tokens = new Int32Array(2 * levels.length);
  for (let place = 0; place < levels.length; place += owners.length) {
    for (let block = 0; block < owners.length; block += 1) {
      const encoder = encoders[owners[block] as number] as Int32Array;
      const difference = differences[place + block] as number;
      const size = sizeOf(difference);
      tokens[2 * (place + block)] = encoder[size] as number;
      tokens[2 * (place + block) + 1] = token(
        difference < 0 ? difference - 1 + (1 << size) : difference,
        size,
      );
    }
  }
  return tokens;
}

interface Differences {
  /** To the level before it of the same component; to 0 where an interval begins (T.81, F.1.1.5.1). */
  readonly differences: Int32Array;
  /** By component of the scan: a bit for each size that occurs. */
  readonly sizes: Int32Array;
}

function differencesOf(scan: Scan, levels: Int32Array): Differences {
  const owners = mcuBlocks(scan);
  const differences = new Int32Array(levels.length);
  const sizes = new Int32Array(scan.components.length);
  for (const { from, mcus } of intervalsOf(scan)) {
    const before = new Int32Array(scan.components.length);
    for (let mcu = from; mcu < from + mcus; mcu += 1) {
      for (let block = 0; block < owners.length; block += 1) {
        const owner = owners[block] as number;
        const level = levels[mcu * owners.length + block] as number;
        const difference = level - (before[owner] as number);
        differences[mcu * owners.length + block] = difference;
        sizes[owner] = (sizes[owner] as number) | (1 << sizeOf(difference));
        before[owner] = level;
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

function sizeOf(difference: number): number {
  return 32 - Math.clz32(Math.abs(difference));
}
