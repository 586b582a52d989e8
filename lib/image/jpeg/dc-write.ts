import { token, writeTokens } from './bit-writer.ts';
import { intervalsOf, writeRestart } from './bits.ts';
import { MAX_SIZE } from './dc-read.ts';
import { blockOrder, type Frame, mcuBlocks } from './frame.ts';
import { encoderOf, extended, type HuffmanCode } from './huffman.ts';
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
  return Math.ceil((blocks * 2 * (16 + MAX_SIZE)) / 8 + restarts * 4) + 1_024;
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

/** Two a block, the code of a size and as many bits. Notes a table that has to be extended for them. */
function differenceTokens(scan: Scan, levels: Int32Array, tables: Map<number, HuffmanCode>): Int32Array {
  const found = differencesOf(scan, levels);
  const { owners, differences } = found;
  const encoders = encodersOf(scan, found, tables);
  const tokens = new Int32Array(2 * levels.length);
  for (let place = 0; place < levels.length; place += 1) {
    const difference = differences[place] as number;
    const size = sizeOf(difference);
    const encoder = encoders[owners[place % owners.length] as number] as Int32Array;
    tokens[2 * place] = encoder[size] as number;
    tokens[2 * place + 1] = token(difference < 0 ? difference - 1 + (1 << size) : difference, size);
  }
  return tokens;
}

interface Differences {
  readonly owners: readonly number[];
  readonly differences: Int32Array;
}

/** To the level before it of the same component; to 0 where an interval begins (T.81, F.1.1.5.1). */
function differencesOf(scan: Scan, levels: Int32Array): Differences {
  const owners = mcuBlocks(scan);
  const differences = new Int32Array(levels.length);
  for (const { from, mcus } of intervalsOf(scan)) {
    const before = new Int32Array(scan.components.length);
    for (let place = from * owners.length; place < (from + mcus) * owners.length; place += 1) {
      const owner = owners[place % owners.length] as number;
      differences[place] = (levels[place] as number) - (before[owner] as number);
      before[owner] = levels[place] as number;
    }
  }
  return { owners, differences };
}

/** By component of the scan. */
function encodersOf(
  scan: Scan,
  { owners, differences }: Differences,
  tables: Map<number, HuffmanCode>,
): readonly Int32Array[] {
  const used = scan.components.map(() => new Set<number>());
  for (let place = 0; place < differences.length; place += 1)
    used[owners[place % owners.length] as number]?.add(sizeOf(differences[place] as number));

  for (const [place, { dc }] of scan.components.entries()) {
    for (const size of used[place] ?? []) {
      const code = tables.get(dc) ?? codeOf(scan, 0, dc);
      if (size > MAX_SIZE) refuse('a difference has too many bits');
      if (!code.symbols.includes(size)) tables.set(dc, extended(code, size));
    }
  }
  return scan.components.map(({ dc }) => encoderOf(tables.get(dc) ?? codeOf(scan, 0, dc)));
}

function sizeOf(difference: number): number {
  return 32 - Math.clz32(Math.abs(difference));
}
