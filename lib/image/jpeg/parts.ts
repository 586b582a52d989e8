import { type Frame, readFrame, readScanHeader, type ScanHeader } from './frame.ts';
import { type HuffmanCode, readCodes } from './huffman.ts';
import { mcusOf } from './mcus.ts';
import { refuse } from './refusal.ts';

/** What a file consists of between its first and its last marker, in its order. */
export type Part = Segment | Scan;

export interface Segment {
  readonly type: 'segment';
  readonly marker: number;
  /** What follows the length. */
  readonly payload: Buffer;
}

export interface Scan extends ScanHeader {
  readonly type: 'scan';
  readonly payload: Buffer;
  /** Entropy-coded data with stuffed zeros and restart markers. */
  readonly data: Buffer;
  readonly mcus: number;
  /** MCUs between two restart markers, 0 for none. */
  readonly restartInterval: number;
  /** Huffman tables as they stand at the scan, by class × 16 + destination. */
  readonly codes: ReadonlyMap<number, HuffmanCode>;
}

export interface Jpeg {
  readonly frame: Frame;
  readonly parts: readonly Part[];
}

/** What a segment changes for those behind it. */
interface State {
  readonly frame?: Frame;
  readonly quantisers: ReadonlySet<number>;
  readonly codes: ReadonlyMap<number, HuffmanCode>;
  readonly restartInterval: number;
}

const [SOI, EOI, SOS] = [0xd8, 0xd9, 0xda];

/**
 * Takes a JPEG apart (T.81, annex B). Refuses arithmetic coding, lossless and hierarchical frames, DNL, what is no marker where
 * one has to be, and a file that does not say where it ends. Bytes behind that are no part of it.
 */
export function readParts(source: Buffer): Jpeg {
  if (source.readUInt16BE(0) !== 0xff00 + SOI) refuse('it does not begin as a JPEG');
  const parts: Part[] = [];
  let state: State = { quantisers: new Set(), codes: new Map(), restartInterval: 0 };
  let at = markerAt(source, 2);
  while (source[at] !== EOI) {
    const marker = source.readUInt8(at);
    const length = source.readUInt16BE(at + 1);
    const payload = source.subarray(at + 3, at + 1 + length);
    if (length < 2 || payload.length !== length - 2) refuse('a segment is cut short');
    at += 1 + length;
    if (marker === SOS) {
      const end = scanEnd(source, at);
      parts.push(scanOf(payload, source.subarray(at, end), state));
      at = end;
    } else {
      state = readSegment(marker, payload, state);
      parts.push({ type: 'segment', marker, payload });
    }
    at = markerAt(source, at);
  }
  return { frame: state.frame ?? refuse('it has no frame'), parts };
}

/** Where the code of the marker at `start` is, behind 0xFF that fill up (T.81, B.1.1.2). */
function markerAt(source: Buffer, start: number): number {
  let at = start;
  while (source[at] === 0xff) at += 1;
  if (at === start || at >= source.length) refuse('a marker is missing');
  return at;
}

/** Where the marker begins that ends a scan: none of those within it, which are restarts and stuffed zeros. */
function scanEnd(source: Buffer, start: number): number {
  for (let at = source.indexOf(0xff, start); at >= 0; at = source.indexOf(0xff, at + 1)) {
    const code = source[at + 1] ?? 0;
    if (code !== 0 && code !== 0xff && (code < 0xd0 || code > 0xd7)) return at;
  }
  return refuse('a scan has no end');
}

function scanOf(payload: Buffer, data: Buffer, { frame, quantisers, codes, restartInterval }: State): Scan {
  if (!frame) return refuse('a scan comes before the frame');
  const header = readScanHeader(payload, frame);
  if (!header.components.every(({ component }) => quantisers.has(component.quantiser)))
    refuse('a quantisation table is missing');
  return { type: 'scan', payload, data, mcus: mcusOf(header, frame), restartInterval, codes, ...header };
}

function readSegment(marker: number, payload: Buffer, state: State): State {
  const isMute = (marker >= 0xe0 && marker <= 0xef) || marker === 0xfe;
  const change = isMute ? {} : READERS[marker]?.(payload, state);
  return { ...state, ...(change ?? refuse(`the marker ${marker.toString(16)} is not for us`)) };
}

/** Markers that say how to read on; all that is not here, applications and comments aside, is not for us. */
const READERS: Readonly<Record<number, (payload: Buffer, state: State) => Partial<State>>> = {
  192: (payload, state) => frameOf(payload, state, false),
  193: (payload, state) => frameOf(payload, state, false),
  194: (payload, state) => frameOf(payload, state, true),
  196: (payload, { codes }) => ({ codes: new Map([...codes, ...readCodes(payload)]) }),
  219: (payload, { quantisers }) => ({ quantisers: new Set([...quantisers, ...readQuantisers(payload)]) }),
  221: (payload) => ({
    restartInterval: payload.length === 2 ? payload.readUInt16BE(0) : refuse('an interval is none'),
  }),
};

function frameOf(payload: Buffer, { frame }: State, isProgressive: boolean): Partial<State> {
  return frame ? refuse('it has two frames') : { frame: readFrame(payload, isProgressive) };
}

/** Destinations of the tables of a DQT segment, of 64 values with 1 or 2 bytes (T.81, B.2.4.1). */
function readQuantisers(payload: Buffer): readonly number[] {
  const found: number[] = [];
  let at = 0;
  for (; at < payload.length; at += 1 + 64 * ((payload.readUInt8(at) >> 4) + 1))
    found.push(payload.readUInt8(at) & 15);
  return at === payload.length ? found : refuse('a quantisation table is cut short');
}

/** The Huffman table that a scan takes for DC (class 0) or AC (1). Refuses where none was defined. */
export function codeOf({ codes }: Scan, tableClass: 0 | 1, destination: number): HuffmanCode {
  return codes.get(tableClass * 16 + destination) ?? refuse('a Huffman table is missing');
}

/** Writes a marker, the length of what follows it, and that; returns where it ends. */
export function writeSegment(marker: number, payload: Buffer, out: Buffer, at: number): number {
  out.writeUInt16BE(0xff00 + marker, at);
  out.writeUInt16BE(payload.length + 2, at + 2);
  return at + 4 + payload.copy(out, at + 4);
}
