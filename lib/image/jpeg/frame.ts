import { refuse } from './refusal.ts';

/** A colour component and the grid of its blocks of 8 × 8 samples (T.81, A.1.1 and A.2). */
export interface Component {
  readonly id: number;
  /** Blocks in an MCU of all components. */
  readonly across: number;
  readonly down: number;
  readonly quantiser: number;
  /** Blocks that cover the picture: what a scan of this component alone has. */
  readonly blocksWide: number;
  readonly blocksHigh: number;
  /** Blocks in a row where MCUs of all components fill it. */
  readonly stride: number;
  /** Its first block among those of all components. */
  readonly firstBlock: number;
}

export interface Frame {
  readonly isProgressive: boolean;
  /** Pixels, as stored. */
  readonly width: number;
  readonly height: number;
  readonly components: readonly Component[];
  readonly mcusWide: number;
  readonly mcusHigh: number;
  /** Of all components, with those that only fill MCUs. */
  readonly blocks: number;
}

/** T.81, B.2.3: an MCU of several components has no more blocks. */
const MAX_MCU_BLOCKS = 10;

/** Reads what follows a SOF0, SOF1 or SOF2 (T.81, B.2.2). Refuses all but 8 bits in 1 or 3 components of known size. */
export function readFrame(payload: Buffer, isProgressive: boolean): Frame {
  const [height, width] = [payload.readUInt16BE(1), payload.readUInt16BE(3)];
  const count = payload.readUInt8(5);
  if (payload.readUInt8(0) !== 8) refuse('samples do not have 8 bits');
  if (width === 0 || height === 0) refuse('the frame has no size');
  if (count !== 1 && count !== 3) refuse('there are neither 1 nor 3 components');
  if (payload.length !== 6 + 3 * count) refuse('the frame header has another length');
  const factors = Array.from({ length: count }, (_, index) => readFactors(payload, 6 + 3 * index));
  if (new Set(factors.map(({ id }) => id)).size < count) refuse('two components have one name');

  const maxAcross = Math.max(...factors.map(({ across }) => across));
  const maxDown = Math.max(...factors.map(({ down }) => down));
  const mcusWide = Math.ceil(width / (8 * maxAcross));
  const mcusHigh = Math.ceil(height / (8 * maxDown));
  let blocks = 0;
  const components = factors.map((factor) => {
    const firstBlock = blocks;
    const stride = mcusWide * factor.across;
    blocks += stride * mcusHigh * factor.down;
    const blocksWide = Math.ceil(Math.ceil((width * factor.across) / maxAcross) / 8);
    const blocksHigh = Math.ceil(Math.ceil((height * factor.down) / maxDown) / 8);
    return { ...factor, blocksWide, blocksHigh, stride, firstBlock };
  });
  return { isProgressive, width, height, components, mcusWide, mcusHigh, blocks };
}

function readFactors(payload: Buffer, at: number): Pick<Component, 'id' | 'across' | 'down' | 'quantiser'> {
  const [id, factors, quantiser] = [at, at + 1, at + 2].map((place) => payload.readUInt8(place));
  if (id === undefined || factors === undefined || quantiser === undefined)
    return refuse('a component is cut short');
  const [across, down] = [factors >> 4, factors & 15];
  if (Math.min(across, down) < 1 || Math.max(across, down) > 4) refuse('a component has no sampling factors');
  return { id, across, down, quantiser };
}

export interface ScanComponent {
  readonly component: Component;
  /** Destinations of its Huffman tables. */
  readonly dc: number;
  readonly ac: number;
}

export interface ScanHeader {
  readonly components: readonly ScanComponent[];
  /** First and last coefficient of the band; 0 and 63 but for progressive frames, and so are the next. */
  readonly start: number;
  readonly end: number;
  /** Bits that scans before this one have left out, 0 if this is the first, and that this one leaves out. */
  readonly high: number;
  readonly low: number;
}

/** Reads what follows a SOS (T.81, B.2.3). Refuses a scan that has another length, or components that the frame does not have. */
export function readScanHeader(payload: Buffer, frame: Frame): ScanHeader {
  const count = payload.readUInt8(0);
  if (count < 1 || payload.length !== 4 + 2 * count) refuse('a scan header has another length');
  const components = Array.from({ length: count }, (_, index): ScanComponent => {
    const [id, tables] = [payload.readUInt8(1 + 2 * index), payload.readUInt8(2 + 2 * index)];
    const component = frame.components.find((known) => known.id === id);
    if (!component) return refuse('a scan has a component that the frame does not have');
    return { component, dc: tables >> 4, ac: tables & 15 };
  });
  if (new Set(components.map(({ component }) => component)).size < count)
    refuse('a scan has a component twice');
  const blocks = components.reduce((sum, { component }) => sum + component.across * component.down, 0);
  if (count > 1 && blocks > MAX_MCU_BLOCKS) refuse('an MCU has too many blocks');
  // Decoders ignore the rest in a sequential scan, and encoders are careless with it.
  if (!frame.isProgressive) return { components, start: 0, end: 63, high: 0, low: 0 };
  const approximation = payload.readUInt8(3 + 2 * count);
  return {
    components,
    ...{ start: payload.readUInt8(1 + 2 * count), end: payload.readUInt8(2 + 2 * count) },
    ...{ high: approximation >> 4, low: approximation & 15 },
  };
}
