import { type Bits, withBits } from './bits.ts';
import { maxDcBytes } from './dc-write.ts';
import { keptParts } from './kept.ts';
import { type Jpeg, readParts, type Scan, writeSegment } from './parts.ts';
import { checkScans } from './progression.ts';
import { refuse, unlessRefused } from './refusal.ts';
import { scanWriter } from './write-scan.ts';

/**
 * The negative of a JPEG without decoding it, so without loss: each DCT coefficient with the other sign. A magnitude is stored
 * in ones' complement (T.81, F.1.2.1.2), so a sign changes bits and no codes, and twice gives back the file. Two things do not
 * come back: what `keptParts` leaves out, and a Huffman table of some bytes that a progressive file may have been given.
 *
 * Undefined where that cannot be done exactly: the caller decodes, or refuses. So it is with arithmetic coding, lossless and
 * hierarchical frames, 12 bits, 2 and 4 components, DNL, files cut short, and damage or oddities on which decoders disagree.
 *
 * Samples of luma, grey and RGB become 256 - x, which decoders clamp: white is 1 and not 0, chroma turns about its middle
 * without an error. That level is left: DC in steps of the quantiser seldom tells it, and its first difference would need
 * codes that optimised tables may lack, which could not always be undone by the second time.
 *
 * Time and memory grow with the bytes; those of a progressive file also with its blocks (some 25 bytes each), of which the
 * caller has checked the number.
 */
export function negateJpeg(source: Buffer): Buffer | undefined {
  return unlessRefused(() => negate(source));
}

/** Positions of bits have to be integers of 32 bits with a sign. */
const MAX_BYTES = 2 ** 27;

function negate(source: Buffer): Buffer {
  if (source.length > MAX_BYTES) refuse('it is too large');
  const jpeg = readParts(source);
  checkScans(jpeg, source.length);
  const scans = jpeg.parts.filter((part) => part.type === 'scan');
  const remadeBytes = scans.filter((scan) => isRemade(scan, jpeg)).map(maxDcBytes);
  const longest = Math.max(...scans.map(({ data }) => data.length), ...remadeBytes);
  const out = Buffer.allocUnsafeSlow(maxBytes(source, remadeBytes));
  const end = withBits(longest, (bits) => write(jpeg, bits, out));
  // Without a copy: all behind the end is given back.
  return Buffer.from(out.buffer.transfer(end));
}

function write(jpeg: Jpeg, bits: Bits, out: Buffer): number {
  const writeScan = scanWriter(jpeg, bits);
  let at = out.writeUInt16BE(SOI, 0);
  for (const part of keptParts(jpeg.parts))
    at = part.type === 'scan' ? writeScan(part, out, at) : writeSegment(part.marker, part.payload, out, at);
  return out.writeUInt16BE(EOI, at);
}

const [SOI, EOI] = [0xffd8, 0xffd9];
/** Of four Huffman tables for 12 sizes. */
const TABLES_BYTES = 4 * (4 + 17 + 12);

/** Of progressive files the first scans of DC do not keep their bits, nor so their length. */
function isRemade({ start, high }: Scan, { frame }: Jpeg): boolean {
  return frame.isProgressive && start === 0 && high === 0;
}

/** Each byte of a scan could come to need a stuffed zero, and up to four tables stand before one that is made anew. */
function maxBytes(source: Buffer, remadeBytes: readonly number[]): number {
  return remadeBytes.reduce((sum, bytes) => sum + 2 * bytes + TABLES_BYTES, 2 * source.length);
}
