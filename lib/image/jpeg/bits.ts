import { refuse } from './refusal.ts';

/** Room for the bits of one restart interval without stuffed zeros: as they came, and as they are to go. */
export interface Bits {
  readonly input: Buffer;
  readonly output: Buffer;
  readonly from: DataView;
  readonly to: DataView;
}

/** Reads of 4 bytes begin within the bits and may end behind them; a read behind this throws a RangeError. */
const PADDING = 8;

/**
 * Room for so many bytes, for as long as `work` takes. It is given back at once: V8 would not know of it before it collects
 * garbage, and collects garbage, for 20 ms, after every few such rooms.
 */
export function withBits<T>(bytes: number, work: (bits: Bits) => T): T {
  const [input, output] = [Buffer.allocUnsafeSlow(bytes + PADDING), Buffer.allocUnsafeSlow(bytes + PADDING)];
  try {
    return work({ input, output, from: viewOf(input), to: viewOf(output) });
  } finally {
    for (const { buffer } of [input, output]) buffer.transfer(0);
  }
}

function viewOf({ buffer, byteOffset, byteLength }: Buffer): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

export interface Coded {
  /** Entropy-coded data with stuffed zeros and restart markers. */
  readonly data: Buffer;
  /** MCUs in all, and between two restart markers, 0 for no such markers. */
  readonly mcus: number;
  readonly restartInterval: number;
}

/** Units of a scan between two restart markers, or all; `from` counts from 0, `bytes` are those of their bits. */
export interface Interval {
  readonly from: number;
  readonly mcus: number;
  readonly bytes: number;
}

/**
 * Lays the bits of each restart interval into `input`; `walk` reads them and returns how many it used. Those that are left over
 * are skipped, as decoders do. Refuses an interval that has too few, and a restart marker that is missing or out of turn.
 */
export function eachInterval(coded: Coded, input: Buffer, walk: (interval: Interval) => number): void {
  const { data, restartInterval } = coded;
  let at = 0;
  for (const { from, mcus } of intervalsOf(coded)) {
    if (from > 0) at = skipRestart(data, at, restartOf(from, restartInterval));
    const { bytes, next } = unstuff(data, at, input);
    if (walk({ from, mcus, bytes }) > bytes * 8) refuse('a scan ends too soon');
    at = next;
  }
}

export function* intervalsOf({
  mcus,
  restartInterval,
}: Omit<Coded, 'data'>): Generator<Omit<Interval, 'bytes'>> {
  const step = restartInterval || mcus;
  for (let from = 0; from < mcus; from += step) yield { from, mcus: Math.min(step, mcus - from) };
}

/** Writes the marker that stands before the MCU `from`, none before the first; returns where it ends. */
export function writeRestart(
  { restartInterval }: Omit<Coded, 'data'>,
  from: number,
  out: Buffer,
  at: number,
): number {
  if (from === 0) return at;
  out[at] = 0xff;
  out[at + 1] = restartOf(from, restartInterval);
  return at + 2;
}

function skipRestart(data: Buffer, at: number, marker: number): number {
  let code = at + 1;
  while (data[code] === 0xff) code += 1;
  return data[code] === marker ? code + 1 : refuse('a restart marker is missing or out of turn');
}

/** The eight take turns (T.81, B.1.1.3). */
function restartOf(from: number, restartInterval: number): number {
  return 0xd0 + ((from / restartInterval - 1) & 7);
}

function unstuff(
  data: Buffer,
  start: number,
  input: Buffer,
): { readonly bytes: number; readonly next: number } {
  let bytes = 0;
  let at = start;
  for (;;) {
    const mark = data.indexOf(0xff, at);
    const end = mark < 0 ? data.length : mark;
    bytes += data.copy(input, bytes, at, end);
    if (data[end + 1] !== 0) return { bytes, next: end };
    input[bytes] = 0xff;
    bytes += 1;
    at = end + 2;
  }
}

/** Copies bits to `out` with a zero behind each byte of ones; returns where they end. Up to 7 bits of padding are kept. */
export function stuff(bits: Buffer, bitCount: number, out: Buffer, at: number): number {
  const whole = bits.subarray(0, (bitCount + 7) >> 3);
  let to = at;
  let from = 0;
  for (;;) {
    const mark = whole.indexOf(0xff, from);
    to += whole.copy(out, to, from, mark < 0 ? whole.length : mark + 1);
    if (mark < 0) return to;
    out[to] = 0;
    to += 1;
    from = mark + 1;
  }
}
