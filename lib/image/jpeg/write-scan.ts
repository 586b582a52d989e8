import { flipFirst } from './ac-first.ts';
import { flipNext } from './ac-next.ts';
import { type Bits, eachInterval, type Interval, stuff, writeRestart } from './bits.ts';
import { readDc } from './dc-read.ts';
import { negateFirstDc, negateNextDc } from './dc-write.ts';
import {
  AC_MEANINGS,
  AC_RUN_MEANINGS,
  COEFFICIENTS,
  DC_MEANINGS,
  type FlipTable,
  flipTable,
} from './flips.ts';
import type { Component } from './frame.ts';
import { type History, historyFor } from './history.ts';
import { decoderOf, type HuffmanCode } from './huffman.ts';
import { blockOrders, mcuBlocks } from './mcus.ts';
import { codeOf, type Jpeg, type Scan, writeSegment } from './parts.ts';
import { refuse } from './refusal.ts';
import { flipSequential } from './sequential.ts';

/** Writes a scan with its header, all coefficients negated; returns where it ends. Scans have to come in their order. */
export type ScanWriter = (scan: Scan, out: Buffer, at: number) => number;

export function scanWriter(jpeg: Jpeg, bits: Bits): ScanWriter {
  return jpeg.frame.isProgressive ? progressiveWriter(jpeg, bits) : sequentialWriter(bits);
}

const SOS = 0xda;
const DHT = 0xc4;

function sequentialWriter(bits: Bits): ScanWriter {
  const tableOf = tableMemo();
  return (scan, out, at) => {
    const tables = scan.components.map(({ dc, ac }) => ({
      dc: tableOf(codeOf(scan, 0, dc), DC_MEANINGS, 1),
      ac: tableOf(codeOf(scan, 1, ac), AC_MEANINGS, COEFFICIENTS),
    }));
    const blocks = mcuBlocks(scan).flatMap((owner) => tables[owner] ?? []);
    return rewrite(scan, bits, out, at, ({ mcus }) => flipSequential(bits, mcus, blocks));
  };
}

/** Components share tables, and each takes as long to make as a thousand blocks to negate. */
function tableMemo(): typeof flipTable {
  const known = new Map<HuffmanCode, FlipTable>();
  return (code, ...how) => {
    const table = known.get(code) ?? flipTable(code, ...how);
    known.set(code, table);
    return table;
  };
}

function progressiveWriter(jpeg: Jpeg, bits: Bits): ScanWriter {
  const orderOf = blockOrders(jpeg.frame);
  const dc = readDc(jpeg, orderOf, bits);
  const histories = new Map<Component, History>();
  const tableOf = tableMemo();

  const writeDc: ScanWriter = (scan, out, start) => {
    const order = orderOf(scan);
    if (scan.high > 0) {
      const flip: Flip = (interval) => negateNextDc(scan, interval, order, dc, bits);
      return rewrite(scan, bits, out, start, onCopy(bits, flip));
    }
    const { tables, write } = negateFirstDc(scan, order, dc, bits);
    let at = start;
    for (const [destination, { counts, symbols }] of tables)
      at = writeSegment(DHT, Buffer.concat([Buffer.of(destination), counts, symbols]), out, at);
    return write(out, writeSegment(SOS, scan.payload, out, at));
  };

  const writeAc: ScanWriter = (scan, out, at) => {
    const [owner] = scan.components;
    if (!owner) return refuse('a scan has no component');
    const history = histories.get(owner.component) ?? historyFor(scan.mcus);
    histories.set(owner.component, history);
    const code = codeOf(scan, 1, owner.ac);
    const bandOf = ({ from, mcus }: Interval) => ({
      firstBlock: from,
      blocks: mcus,
      start: scan.start,
      end: scan.end,
    });
    if (scan.high === 0) {
      const table = tableOf(code, AC_RUN_MEANINGS, 1);
      return rewrite(scan, bits, out, at, (interval) => flipFirst(bits, bandOf(interval), table, history));
    }
    const decoder = decoderOf(code);
    const flip: Flip = (interval) => flipNext(bits, bandOf(interval), decoder, history);
    return rewrite(scan, bits, out, at, onCopy(bits, flip));
  };

  return (scan, out, at) => (scan.start === 0 ? writeDc : writeAc)(scan, out, at);
}

/** Lays the bits of an interval into `output`, and returns how many they are. */
type Flip = (interval: Interval) => number;

/** For one that changes some bits and leaves the others. */
function onCopy({ input, output }: Bits, flip: Flip): Flip {
  return (interval) => {
    input.copy(output, 0, 0, interval.bytes);
    return flip(interval);
  };
}

/** Writes the bits of all intervals behind the scan's own header; returns where they end. */
function rewrite(scan: Scan, bits: Bits, out: Buffer, start: number, flip: Flip): number {
  let at = writeSegment(SOS, scan.payload, out, start);
  eachInterval(scan, bits.input, (interval) => {
    const count = flip(interval);
    at = writeRestart(scan, interval.from, out, at);
    at = stuff(bits.output, count, out, at);
    return count;
  });
  return at;
}
