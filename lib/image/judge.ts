import type { Format } from '../recipe/formats.ts';
import { type Block, readBlocks } from './gif-blocks.ts';
import { readHeader } from './jpeg/read-header.ts';
import { checkSource, type Limits, type Size } from './limits.ts';
import { readChunks } from './png-chunks.ts';
import { sniffImage } from './sniff.ts';

/** A picture whose headers were read and held against the limits. */
export interface Judged extends Size {
  readonly bytes: Buffer;
  readonly format: Format;
  /** Pages of a TIFF, frames of an animation, else 1. `width` and `height` are those of the first, upright. */
  readonly pages: number;
  /** How the first page as stored is to be turned, 1 to 8. */
  readonly orientation: number;
}

/** What the headers of a picture say of it. */
interface Headers extends Size {
  readonly pages: number;
  readonly orientation: number;
  readonly isHeavy: boolean;
}

/**
 * Judges a picture as `openSource` does, but without loading a codec. Undefined where that takes one: for formats without a row, and
 * for all that is not plain, since what is refused, and in which words, must not hang on who reads the headers.
 */
export function judge(bytes: Buffer, limits: Limits): Judged | undefined {
  const format = sniffImage(bytes);
  const headers = READERS[format]?.(bytes);
  if (headers === undefined || Math.max(headers.width, headers.height) > MAX_SIDE) return undefined;
  const { width, height, pages, orientation, isHeavy } = headers;
  const sizes = new Array<Size>(pages).fill({ width, height });
  checkSource(format, { sizes, isHeavy }, limits);
  return { bytes, format, width, height, pages, orientation };
}

/** Above it codecs take a picture for broken, libjpeg first of all. */
const MAX_SIDE = 65_500;

/** Formats whose negative needs no codec either. */
const READERS: { readonly [F in Format]?: (bytes: Buffer) => Headers | undefined } = {
  jpg: readJpeg,
  png: readPalettePng,
  gif: readGif,
};

function readJpeg(bytes: Buffer): Headers | undefined {
  const header = readHeader(bytes);
  if (header === undefined) return undefined;
  const { width, height, orientation } = header;
  const upright = orientation > 4 ? { width: height, height: width } : { width, height };
  return { ...upright, pages: 1, orientation, isHeavy: false };
}

/** The chunks of a PNG that encoders write and no decoder stumbles over, in their order. */
const PLAIN = /^IHDR (gAMA )?(sRGB )?(pHYs )?PLTE (tRNS )?(pHYs )?(IDAT )+IEND$/;

/** Of a PNG with a palette: pixels by themselves have to be unpacked, which takes longer than to load a codec. */
function readPalettePng(bytes: Buffer): Headers | undefined {
  const chunks = readChunks(bytes);
  if (!PLAIN.test(chunks.map(({ type }) => type).join(' '))) return undefined;
  const [header, palette] = ['IHDR', 'PLTE'].map((name) => chunks.find(({ type }) => type === name)?.data);
  if (header?.length !== 13 || palette === undefined) return undefined;
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const [depth = 0, ...kind] = header.subarray(8);
  const isFull = palette.length > 0 && palette.length % 3 === 0 && palette.length <= 3 * 2 ** depth;
  if (!INDEXED.has(kind.join()) || !DEPTHS.has(depth) || !isFull || width === 0 || height === 0)
    return undefined;
  return { width, height, pages: 1, orientation: 1, isHeavy: kind.at(-1) === 1 };
}

/** Colour type, compression, filter and interlacing (PNG 3rd edition, 11.2.1). */
const INDEXED = new Set(['3,0,0,0', '3,0,0,1']);
const DEPTHS = new Set([1, 2, 4, 8]);

/** Of a GIF whose first frame fills the screen and whose others lie within it: on all else decoders have views of their own. */
function readGif(bytes: Buffer): Headers | undefined {
  const [screen, ...blocks] = readBlocks(bytes);
  if (screen?.type !== 'screen') return undefined;
  const [width, height] = [screen.head.readUInt16LE(6), screen.head.readUInt16LE(8)];
  const frames = blocks.flatMap((block) => (block.type === 'image' ? frameOf(block) : []));
  const [first] = frames;
  const isFull = first?.right === width && first.bottom === height && first.left === 0 && first.top === 0;
  const isPlain = frames.every(
    ({ right, bottom, codeBits }) => right <= width && bottom <= height && codeBits <= MAX_CODE_BITS,
  );
  if (!isFull || !isPlain || width * height === 0) return undefined;
  return { width, height, pages: frames.length, orientation: 1, isHeavy: false };
}

/** Of a byte a pixel (GIF89a, appendix F). */
const MAX_CODE_BITS = 8;

/** Where a frame lies on the screen (GIF89a, 20), and with how many bits its codes begin. */
function frameOf({ head, data }: Extract<Block, { readonly type: 'screen' | 'image' }>) {
  const [left, top] = [head.readUInt16LE(1), head.readUInt16LE(3)];
  return {
    ...{ left, top, right: left + head.readUInt16LE(5), bottom: top + head.readUInt16LE(7) },
    codeBits: data.readUInt8(0),
  };
}
