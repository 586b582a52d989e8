/** Reads so many bits, the highest first. */
export type Bits = (count: number) => number;

export function bitsOf(bytes: Buffer): Bits {
  let at = 0;
  return (count) => {
    let value = 0;
    for (const end = at + count; at < end; at += 1)
      value = value * 2 + ((bytes.readUInt8(at >> 3) >> (7 - (at & 7))) & 1);
    return value;
  };
}

/** What of a sequence header the header of a frame depends on. Lengths are in bits, sides in pixels. */
export interface Sequence {
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

/** The sequence header (AV1 bitstream, 5.5.1) of a picture without timing. Throws RangeError for others. */
export function readSequence(bits: Bits): Sequence {
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

/** Whether the frame of a header (5.9.2) is coded without loss; read up to its quantizer (5.9.12). */
export function isLosslessFrame(bits: Bits, sequence: Sequence): boolean {
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
