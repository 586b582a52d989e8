import { bitsOf, isLosslessFrame, readSequence, type Sequence } from './av1-headers.ts';
import { primaryItem } from './avif-item.ts';

/**
 * Whether an AVIF was coded without loss, read from its AV1 headers: the quantizer of its frame is 0 with no correction, which
 * is what the specification calls lossless (AV1 bitstream, 5.9.2 and 5.9.12). False wherever a header is out of the ordinary,
 * and for a picture made of several items.
 */
export function isLosslessAvif(avif: Buffer): boolean {
  try {
    const item = primaryItem(avif);
    return item !== undefined && readUnits(item);
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

const SEQUENCE_HEADER = 1;
const FRAME_HEADER = 3;
const FRAME = 6;

/** Walks the open bitstream units (5.3) to the sequence header and the first frame after it. */
function readUnits(item: Buffer): boolean {
  let sequence: Sequence | undefined;
  for (let at = 0; at < item.length; ) {
    const head = item.readUInt8(at);
    const sizeAt = at + 1 + ((head >> 2) & 1);
    const [size, sizeBytes] = head & 2 ? leb128(item, sizeAt) : [item.length - sizeAt, 0];
    const start = sizeAt + sizeBytes;
    const bits = bitsOf(item.subarray(start, start + size));
    const type = (head >> 3) & 15;
    if (type === SEQUENCE_HEADER) sequence = readSequence(bits);
    else if (type === FRAME || type === FRAME_HEADER)
      return sequence !== undefined && isLosslessFrame(bits, sequence);
    at = start + size;
  }
  return false;
}

function leb128(bytes: Buffer, at: number): readonly [value: number, length: number] {
  let value = 0;
  for (let index = 0; index < 8; index += 1) {
    const byte = bytes.readUInt8(at + index);
    value += (byte & 127) * 2 ** (7 * index);
    if (byte < 128) return [value, index + 1];
  }
  throw new RangeError('A length that does not end');
}
