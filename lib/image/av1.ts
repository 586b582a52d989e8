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
    else if (type === FRAME || type === FRAME_HEADER) return sequence !== undefined && readFrame(bits, sequence);
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

/** Reads so many bits, the highest first. */
type Bits = (count: number) => number;

function bitsOf(bytes: Buffer): Bits {
  let at = 0;
  return (count) => {
    let value = 0;
    for (const end = at + count; at < end; at += 1) value = value * 2 + ((bytes.readUInt8(at >> 3) >> (7 - (at & 7))) & 1);
    return value;
  };
}

interface Sequence {
  readonly isReduced: boolean;
  readonly width: number;
  readonly height: number;
  readonly idBits: number;
  readonly bigBlocks: boolean;
  /** 0, 1, or 2 where each frame says. */
  readonly screenContent: number;
  readonly integerMotion: number;
  readonly orderBits: number;
  readonly superres: boolean;
  readonly isMono: boolean;
  readonly separateUv: boolean;
}

/** 5.5.1, for a still picture without timing. */
function readSequence(bits: Bits): Sequence {
  const profile = bits(3);
  bits(1);
  const isReduced = bits(1) === 1;
  if (isReduced) bits(5);
  else readOperatingPoints(bits);
  const [widthBits, heightBits] = [bits(4) + 1, bits(4) + 1];
  const [width, height] = [bits(widthBits) + 1, bits(heightBits) + 1];
  const idBits = !isReduced && bits(1) ? bits(4) + 2 + bits(3) + 1 : 0;
  const bigBlocks = bits(1) === 1;
  bits(2);
  const tools = isReduced ? { screenContent: 2, integerMotion: 2, orderBits: 0 } : readTools(bits);
  const superres = bits(1) === 1;
  bits(2);
  return { isReduced, width, height, idBits, bigBlocks, ...tools, superres, ...readColours(bits, profile) };
}

function readOperatingPoints(bits: Bits): void {
  if (bits(1)) throw new RangeError('A picture with timing');
  const hasDelay = bits(1);
  for (let left = bits(5) + 1; left > 0; left -= 1) {
    bits(12);
    if (bits(5) > 7) bits(1);
    if (hasDelay && bits(1)) bits(4);
  }
}

function readTools(bits: Bits): Pick<Sequence, 'screenContent' | 'integerMotion' | 'orderBits'> {
  bits(4);
  const hasOrder = bits(1);
  if (hasOrder) bits(2);
  const screenContent = bits(1) ? 2 : bits(1);
  const integerMotion = screenContent === 0 || bits(1) ? 2 : bits(1);
  return { screenContent, integerMotion, orderBits: hasOrder ? bits(3) + 1 : 0 };
}

/** 5.5.2. */
function readColours(bits: Bits, profile: number): Pick<Sequence, 'isMono' | 'separateUv'> {
  const isDeep = bits(1) === 1;
  const isTwelve = profile === 2 && isDeep && bits(1) === 1;
  const isMono = profile !== 1 && bits(1) === 1;
  const [primaries, transfer, matrix] = bits(1) ? [bits(8), bits(8), bits(8)] : [2, 2, 2];
  if (isMono) return { isMono, separateUv: false };
  if (primaries === 1 && transfer === 13 && matrix === 0) return { isMono, separateUv: bits(1) === 1 };
  bits(1);
  const isHalved = profile === 0 || (isTwelve && bits(1) === 1 && bits(1) === 1);
  if (isHalved) bits(2);
  return { isMono, separateUv: bits(1) === 1 };
}

/** The uncompressed header (5.9.2) of a key frame that is shown, up to its quantizer. */
function readFrame(bits: Bits, sequence: Sequence): boolean {
  // Not one that exists already, a key frame, and shown: 0, 00, 1.
  if (!sequence.isReduced && bits(4) !== 1) return false;
  const fixesContext = bits(1) === 1;
  const isScreen = sequence.screenContent === 2 ? bits(1) : sequence.screenContent;
  if (isScreen && sequence.integerMotion === 2) bits(1);
  bits(sequence.idBits);
  const hasOwnSize = !sequence.isReduced && bits(1) === 1;
  bits(sequence.orderBits);
  if (hasOwnSize || (sequence.superres && bits(1))) return false;
  if (bits(1)) bits(32);
  if (isScreen) bits(1);
  if (!sequence.isReduced && !fixesContext) bits(1);
  return skipTiles(bits, sequence) && readQuantizer(bits, sequence);
}

/** 5.9.15, tiles of equal size; false for others. */
function skipTiles(bits: Bits, { width, height, bigBlocks }: Sequence): boolean {
  const block = bigBlocks ? 128 : 64;
  const [columns, rows] = [Math.ceil(width / block), Math.ceil(height / block)];
  if (!bits(1)) return false;
  const atLeast = log2(1, Math.ceil(columns / (4_096 / block)));
  const areas = Math.max(atLeast, log2((4_096 * 2_304) / block ** 2, rows * columns));
  const columnsLog2 = count(bits, atLeast, log2(1, Math.min(columns, 64)));
  const rowsLog2 = count(bits, Math.max(areas - columnsLog2, 0), log2(1, Math.min(rows, 64)));
  if (columnsLog2 + rowsLog2 > 0) bits(columnsLog2 + rowsLog2 + 2);
  return true;
}

/** The least exponent of two by which `unit` reaches `target`. */
function log2(unit: number, target: number): number {
  return Math.max(0, Math.ceil(Math.log2(target / unit)));
}

/** Grows by one for each bit that is set. */
function count(bits: Bits, from: number, to: number): number {
  let value = from;
  while (value < to && bits(1)) value += 1;
  return value;
}

function readQuantizer(bits: Bits, { isMono, separateUv }: Sequence): boolean {
  if (bits(8) !== 0 || bits(1)) return false;
  if (isMono) return true;
  const corrections = separateUv && bits(1) ? 4 : 2;
  return Array.from({ length: corrections }, () => bits(1)).every((corrected) => corrected === 0);
}
