import { negated } from './negated.ts';
import { makePlain, plainProfile } from './plain-profile.ts';
import type { Picture } from './sharp.ts';
import { asBroken, type Source } from './source.ts';
import { type Chunk, readChunks, readWebp, writeChunks, writeWebp } from './webp-chunks.ts';

/**
 * The negative of a WebP: lossless stays lossless and exact, also in colours that nobody sees; lossy is written at a quality
 * near its end. The frames of an animation are negated one by one where they lie: libwebp would merge equal ones.
 */
export async function negateWebp(source: Source): Promise<Buffer> {
  const chunks = readWebp(source.bytes);
  if (chunks.some(({ type }) => type === 'ANMF')) return negateFrames(chunks, source);
  const image = encode(negated(source.open(), source.header), isLossless(chunks));
  return image.toBuffer().then(makePlain(source.header), asBroken('webp'));
}

async function negateFrames(chunks: readonly Chunk[], source: Source): Promise<Buffer> {
  const out: Chunk[] = [];
  for (const chunk of chunks) {
    const data = await KEPT[chunk.type]?.(chunk.data, source);
    if (data) out.push({ type: chunk.type, data });
  }
  return writeWebp(out);
}

function encode(image: Picture, lossless: boolean): Picture {
  return lossless
    ? image.webp({ lossless, exact: true, effort: 1 })
    : image.webp({ quality: 96, alphaQuality: 100, effort: 2 });
}

function isLossless(chunks: readonly Chunk[]): boolean {
  return chunks.some(({ type }) => type === 'VP8L');
}

/** The chunks of an animation that stay, and what becomes of each. EXIF and XMP are not among them. */
const KEPT: Readonly<Record<string, (data: Buffer, source: Source) => Kept | Promise<Kept>>> = {
  VP8X: (data, { header: { icc } }) => {
    const gone = EXIF_FLAG | XMP_FLAG | (icc && plainProfile(icc) ? 0 : ICC_FLAG);
    return Buffer.concat([Buffer.from([data.readUInt8() & ~gone]), data.subarray(1)]);
  },
  ICCP: plainProfile,
  // Blue, green, red and alpha of the canvas, then the loops.
  ANIM: (data) => Buffer.from(data.map((value, at) => (at < 3 ? 255 - value : value))),
  ANMF: negateFrame,
};

type Kept = Buffer | undefined;

const ICC_FLAG = 0x20;
const EXIF_FLAG = 0x08;
const XMP_FLAG = 0x04;
/** Place, size, duration, blending and disposal of a frame come before its chunks. */
const FRAME_HEAD = 16;

async function negateFrame(data: Buffer, source: Source): Promise<Buffer> {
  const head = data.subarray(0, FRAME_HEAD);
  const pixels = readChunks(data.subarray(FRAME_HEAD)).filter(isPixels);
  const still = writeWebp([...extended(head, pixels), ...pixels]);
  const out = await encode(negated(source.open(0, still), source.header), isLossless(pixels))
    .toBuffer()
    .catch(asBroken('webp'));
  return Buffer.concat([head, writeChunks(readWebp(out).filter(isPixels))]);
}

function isPixels({ type }: Chunk): boolean {
  return type === 'ALPH' || type === 'VP8 ' || type === 'VP8L';
}

/** A lossy picture with alpha is only read behind a header of its own. */
function extended(head: Buffer, pixels: readonly Chunk[]): readonly Chunk[] {
  if (!pixels.some(({ type }) => type === 'ALPH')) return [];
  return [{ type: 'VP8X', data: Buffer.concat([Buffer.from([0x10, 0, 0, 0]), head.subarray(6, 12)]) }];
}
