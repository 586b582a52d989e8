import { orientationBlock } from './orientation-block.ts';
import { brokenPng, type Chunk, readChunks, uint32, writeChunks } from './png-chunks.ts';
import { pack, unpack } from './png-pixels.ts';
import { plainChunk } from './png-profile.ts';
import { hasFilters, type Layout, negateRows } from './png-scanlines.ts';

/**
 * The negative of a PNG, written into its own structure: every colour type, bit depth and interlacing stays as it is, to the
 * bit, and so do the colour space and the frames of an animation. Samples are inverted, alpha is not. Throws BROKEN_IMAGE.
 */
export async function negatePng(png: Buffer, orientation: number): Promise<Buffer> {
  const chunks = readChunks(png);
  const header = readHeader(chunks[0]);
  const [first, ...rest] = chunks.filter(isKept);
  if (!first) throw brokenPng('it has no header');
  const turn = orientation > 1 ? [{ type: 'eXIf', data: orientationBlock(orientation) }] : [];
  const recoloured = [first, ...turn, ...rest.flatMap((chunk) => recolour(chunk, header) ?? [])];
  if (!recoloured.some(({ type }) => type === 'IDAT')) throw brokenPng('it has no pixels');
  if (!header.isPalette) return writeChunks(await negateFrames(recoloured, header));
  return writeChunks(await checkPixels(recoloured, header));
}

/**
 * The pixels of a palette are numbers of colours: nothing of them changes, so they are only looked at. Those of a stream that has no end
 * are packed anew, since not every decoder forgives that. Throws BROKEN_IMAGE.
 */
async function checkPixels(chunks: readonly Chunk[], header: Header): Promise<readonly Chunk[]> {
  const isPixels = ({ type }: Chunk): boolean => type === 'IDAT';
  const stream = Buffer.concat(chunks.filter(isPixels).map(({ data }) => data));
  const { rows, passes, isWhole } = await unpack(stream, header);
  if (!hasFilters(rows, passes)) throw brokenPng(UNKNOWN_FILTER);
  if (isWhole) return chunks;
  const data = await pack(rows);
  const first = chunks.findIndex(isPixels);
  return chunks.flatMap((chunk, at) =>
    at === first ? { type: 'IDAT', data } : isPixels(chunk) ? [] : chunk,
  );
}

/** What a picture is made of, how its colours are meant and how its frames follow. All else is text, dates and hints. */
const KEPT = new Set(['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND', 'fdAT', 'iCCP']);
/** The same, of just so many bytes: no decoder reads what is longer or shorter (PNG 3rd edition, 11.3). */
const BYTES: Readonly<Record<string, readonly number[]>> = {
  ...{ acTL: [8], fcTL: [26], pHYs: [9], sRGB: [1], gAMA: [4], cHRM: [32] },
  ...{ cICP: [4], sBIT: [1, 2, 3, 4], mDCV: [24], cLLI: [8] },
};

function isKept({ type, data }: Chunk): boolean {
  return KEPT.has(type) || BYTES[type]?.includes(data.length) === true;
}

interface Header extends Layout {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly isPalette: boolean;
  readonly isInterlaced: boolean;
}

/** Channels of each colour type, and whether the last is alpha (PNG 3rd edition, 11.2.1). */
const COLOUR_TYPES = new Map([
  [0, { channels: 1, hasAlpha: false }],
  [2, { channels: 3, hasAlpha: false }],
  [3, { channels: 1, hasAlpha: false }],
  [4, { channels: 2, hasAlpha: true }],
  [6, { channels: 4, hasAlpha: true }],
]);

function readHeader(chunk: Chunk | undefined): Header {
  const type =
    chunk?.type === 'IHDR' && chunk.data.length === 13
      ? COLOUR_TYPES.get(chunk.data.readUInt8(9))
      : undefined;
  if (!chunk || !type) throw brokenPng('it has no header');
  const depth = chunk.data.readUInt8(8);
  const isPalette = chunk.data[9] === 3;
  const bytes = Math.max(1, depth / 8);
  const mask = new Uint8Array(type.channels * bytes).fill(isPalette ? 0 : 255);
  if (type.hasAlpha) mask.fill(0, -bytes);
  return {
    width: chunk.data.readUInt32BE(0),
    height: chunk.data.readUInt32BE(4),
    depth,
    isPalette,
    isInterlaced: chunk.data[12] === 1,
    pixelBits: depth * type.channels,
    mask,
  };
}

/** A palette is negated itself; a transparent colour has to follow the pixels that have it. A profile that is none goes. */
function recolour(chunk: Chunk, { depth, isPalette }: Header): Chunk | undefined {
  const { type, data } = chunk;
  if (type === 'iCCP') return plainChunk(chunk);
  if (type === 'PLTE') return { type, data: data.map((value) => 255 - value) as Buffer };
  if (type !== 'tRNS' || isPalette) return chunk;
  const key = Buffer.from(data);
  for (let at = 0; at + 1 < key.length; at += 2)
    key.writeUInt16BE(2 ** depth - 1 - (key.readUInt16BE(at) % 2 ** depth), at);
  return { type, data: key };
}

/** Replaces the pixels of the picture and of each frame of its animation, which are one zlib stream each. */
async function negateFrames(chunks: readonly Chunk[], header: Header): Promise<readonly Chunk[]> {
  const out: Chunk[] = [];
  let size = header as { readonly width: number; readonly height: number };
  let sequence = 0;
  for (let at = 0; at < chunks.length; at += 1) {
    const chunk = chunks[at] as Chunk;
    const { type, data } = chunk;
    if (type === 'fcTL') {
      size = { width: data.readUInt32BE(4), height: data.readUInt32BE(8) };
      out.push({ type, data: Buffer.concat([uint32(sequence++), data.subarray(4)]) });
    } else if (type === 'IDAT' || type === 'fdAT') {
      const offset = type === 'fdAT' ? 4 : 0;
      const parts = [data.subarray(offset)];
      for (; chunks[at + 1]?.type === type; at += 1)
        parts.push((chunks[at + 1] as Chunk).data.subarray(offset));
      const pixels = await negatePixels(
        Buffer.concat(parts),
        type === 'IDAT' ? header : { ...header, ...size },
      );
      out.push({ type, data: offset ? Buffer.concat([uint32(sequence++), pixels]) : pixels });
    } else out.push(chunk);
  }
  return out;
}

async function negatePixels(stream: Buffer, header: Header): Promise<Buffer> {
  const { rows, passes } = await unpack(stream, header);
  if (!negateRows(rows, passes, header)) throw brokenPng(UNKNOWN_FILTER);
  return pack(rows);
}

const UNKNOWN_FILTER = 'a row has a filter that there is not';
