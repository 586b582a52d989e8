import { bitsFor } from './bits.ts';
import { maxDcBytes } from './dc-write.ts';
import { keptOf } from './kept.ts';
import { type Jpeg, readParts } from './parts.ts';
import { checkScans } from './progression.ts';
import { Refusal, refuse } from './refusal.ts';
import { scanWriter } from './write-scan.ts';
import { writeSegment } from './write-segment.ts';

/**
 * The negative of a JPEG without decoding it, so without loss: each DCT coefficient with the other sign, which in a JPEG is
 * the ones' complement of its bits (T.81, F.1.2.1), so no code changes.
 *
 * A sample x of a component becomes 256 - x, one level above 255 - x before it is clamped, chroma exact about its middle.
 */
export function negateJpeg(source: Buffer): Buffer | undefined {
  try {
    return negate(source);
  } catch (error) {
    // A RangeError is a read behind the end of a segment or a scan.
    if (error instanceof Refusal || error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Positions of bits have to be small integers. */
const MAX_BYTES = 2 ** 27;

function negate(source: Buffer): Buffer {
  if (source.length > MAX_BYTES) refuse('it is too large');
  const jpeg = readParts(source);
  checkScans(jpeg, source.length);
  const scans = jpeg.parts.filter((part) => part.type === 'scan');
  const writeScan = scanWriter(jpeg, bitsFor(Math.max(...scans.map(({ data }) => data.length))));

  const out = Buffer.allocUnsafeSlow(maxBytes(source, jpeg));
  let at = out.writeUInt16BE(SOI, 0);
  for (const part of jpeg.parts) {
    if (part.type === 'scan') at = writeScan(part, out, at);
    else {
      const kept = keptOf(part);
      if (kept) at = writeSegment(part.marker, kept, out, at);
    }
  }
  return out.subarray(0, out.writeUInt16BE(EOI, at));
}

const [SOI, EOI] = [0xffd8, 0xffd9];

/** Each byte of a scan could come to need a stuffed zero; memory that is not written to is not taken. */
function maxBytes(source: Buffer, { frame, parts }: Jpeg): number {
  const remade = parts.filter((part) => part.type === 'scan' && frame.isProgressive && part.start === 0);
  return remade.reduce((sum, part) => sum + (part.type === 'scan' ? maxDcBytes(part) : 0), 2 * source.length);
}
