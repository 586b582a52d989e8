import { mcuBlocks } from './frame.ts';
import type { Jpeg, Scan } from './parts.ts';
import { refuse } from './refusal.ts';

/** Encoders write 10 scans, optimising ones some tens; each costs a walk over the blocks, however few bytes it has. */
const MAX_SCANS = 100;
/** A white picture has 24 over all of its scans, a photo less than 3. */
const MAX_BLOCKS_PER_BYTE = 128;
/** T.81, G.1.1.1.1. */
const MAX_LOW = 13;

/**
 * Refuses a file whose scans do not add up to one picture, each bit of each coefficient told once and DC first (T.81, G.1.1.1.1),
 * and one that makes more work than `bytes` are worth. Decoders bear some of it, each in its way.
 */
export function checkScans({ frame, parts }: Jpeg, bytes: number): void {
  const scans = parts.filter((part) => part.type === 'scan');
  const blocks = scans.reduce((sum, scan) => sum + scan.mcus * mcuBlocks(scan).length, 0);
  if (scans.length > MAX_SCANS) refuse('there are too many scans');
  if (blocks > bytes * MAX_BLOCKS_PER_BYTE) refuse('the scans cover more than their bytes can tell');

  const told = new Map(frame.components.map((component) => [component, new Int8Array(64).fill(UNTOLD)]));
  for (const scan of scans) {
    for (const { component } of scan.components) {
      const levels = told.get(component);
      if (levels) tell(levels, scan);
    }
    if (frame.isProgressive) checkBand(scan);
  }
  if (![...told.values()].every((levels) => levels[0] !== UNTOLD)) refuse('a component has no scan');
}

const UNTOLD = -1;

/** Notes how many bits of each coefficient of the band are still to come. */
function tell(levels: Int8Array, { start, end, high, low }: Scan): void {
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
