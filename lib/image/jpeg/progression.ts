import type { Component } from './frame.ts';
import { mcuBlocks } from './mcus.ts';
import type { Jpeg, Scan } from './parts.ts';
import { refuse } from './refusal.ts';

/** Encoders write 10 scans, optimising ones some tens; each costs a walk over the blocks, however few bytes it has. */
const MAX_SCANS = 100;
/** Blocks of all scans: a white picture has 24 a byte, a photo less than 3. */
const MAX_BLOCKS_PER_BYTE = 128;
/** T.81, G.1.1.1.1. */
const MAX_LOW = 13;

/**
 * Refuses a file whose scans do not add up to one picture, each bit of each coefficient told once and DC first (T.81, G.1.1.1.1),
 * and one that makes more work than its bytes are worth. Decoders bear some of it, each in its way.
 */
export function checkScans({ frame, parts }: Jpeg, bytes: number): void {
  const scans = parts.filter((part) => part.type === 'scan');
  if (scans.length > MAX_SCANS) refuse('there are too many scans');
  const blocks = scans.reduce((sum, scan) => sum + scan.mcus * mcuBlocks(scan).length, 0);
  if (blocks > bytes * MAX_BLOCKS_PER_BYTE) refuse('the scans cover more than their bytes can tell');

  const told = new Map(frame.components.map((component) => [component, new Int8Array(64).fill(UNTOLD)]));
  for (const scan of scans) {
    if (frame.isProgressive) checkBand(scan);
    if (scan.start === 0) checkLength(scan);
    for (const { component } of scan.components) tell(told, component, scan);
  }
  if (![...told.values()].every((levels) => levels[0] !== UNTOLD)) refuse('a component has no scan');
}

const UNTOLD = -1;

/** DC takes a bit a block at least. So the memory that blocks take is bounded by the bytes of the file. */
function checkLength(scan: Scan): void {
  if (scan.mcus * mcuBlocks(scan).length > 8 * scan.data.length) refuse('a scan ends too soon');
}

/** Notes how many bits of each coefficient of the band are still to come. */
function tell(told: ReadonlyMap<Component, Int8Array>, component: Component, scan: Scan): void {
  const { start, end, high, low } = scan;
  const levels = told.get(component) ?? new Int8Array(64);
  const before = high === 0 ? UNTOLD : high;
  if (start > 0 && levels[0] === UNTOLD) refuse('a scan comes before the DC of its component');
  if (!levels.subarray(start, end + 1).every((level) => level === before)) refuse('a scan is out of turn');
  levels.fill(low, start, end + 1);
}

function checkBand({ components, start, end, high, low }: Scan): void {
  const isBand = start === 0 ? end === 0 : start <= end && end < 64 && components.length === 1;
  if (!isBand) refuse('a scan has no band of one component');
  if (low > MAX_LOW || (high > 0 && low !== high - 1)) refuse('a scan leaves out what it may not');
}
