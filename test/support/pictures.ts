import { readFileSync } from 'node:fs';
import { crc32, deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';

/** The real photo: 5312 × 2988, progressive JPEG, 4:2:0, no profile. */
export function photo(): Buffer {
  return readFileSync(new URL('../fixtures/seeding.jpg', import.meta.url));
}

/** A part of the photo, small enough to encode in every way, its sides odd. */
export async function detail(width = 61, height = 43): Promise<Sharp> {
  const { data, info } = await sharp(photo())
    .resize(width, height, { fit: 'fill' })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return sharp(data, { raw: { width, height, channels: info.channels } });
}

/** The same with an alpha of 0, 255 and all between, and colours where nobody sees them. */
export async function detailWithAlpha(width = 61, height = 43): Promise<Sharp> {
  const rgb = await (await detail(width, height)).raw().toBuffer();
  const data = Buffer.alloc(width * height * 4);
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    rgb.copy(data, pixel * 4, pixel * 3, pixel * 3 + 3);
    data[pixel * 4 + 3] = Math.min(255, Math.max(0, (pixel % width) * 8 - 64));
  }
  return sharp(data, { raw: { width, height, channels: 4 } });
}

/** Frames below each other: each of another tint, the last two equal, with some transparency. */
export function animation(frames = 4, width = 20, height = 10): Sharp {
  const data = Buffer.alloc(frames * width * height * 4);
  for (let pixel = 0; pixel < frames * width * height; pixel += 1) {
    const frame = Math.min(Math.floor(pixel / (width * height)), frames - 2);
    const x = pixel % width;
    data.set([frame * 70, x * 12, 200 - frame * 50, x < 3 ? 0 : 255], pixel * 4);
  }
  return sharp(data, { raw: { width, height: height * frames, channels: 4, pageHeight: height } });
}

export interface PngParts {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly colourType: number;
  /** Rows without filter bytes. */
  readonly rows: readonly Buffer[];
  /** Chunks between the header and the pixels. */
  readonly chunks?: readonly (readonly [type: string, data: Buffer])[];
  /** Says so in the header; the rows have to be those of the passes. */
  readonly interlaced?: boolean;
}

/** A PNG put together by hand, for what no encoder at hand writes. */
export function png({
  width,
  height,
  depth,
  colourType,
  rows,
  chunks = [],
  interlaced = false,
}: PngParts): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, colourType, 0, 0, Number(interlaced)], 8);
  const filtered = Buffer.concat(rows.flatMap((row) => [Buffer.alloc(1), row]));
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    ...chunks.map(([type, data]) => chunk(type, data)),
    chunk('IDAT', deflateSync(filtered)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

/** Rows of bytes that vary along both axes. */
export function rows(height: number, rowBytes: number): readonly Buffer[] {
  return Array.from({ length: height }, (_, y) =>
    Buffer.from(Array.from({ length: rowBytes }, (_, x) => (x * 7 + y * 13) & 255)),
  );
}

/** 16 × 9 pixels of a palette of 16 colours, the first three more or less transparent. */
export function palettePng(...chunks: readonly (readonly [string, Buffer])[]): Buffer {
  const palette = Buffer.from(Array.from({ length: 48 }, (_, index) => (index * 37) & 255));
  return png({
    ...{ width: 16, height: 9, depth: 4, colourType: 3, rows: rows(9, 8) },
    chunks: [['PLTE', palette], ['tRNS', Buffer.from([0, 90, 180])], ...chunks],
  });
}

/** 6 × 5 pixels in truecolour, two frames of the same pixels. */
export function animatedPng(): Buffer {
  const pixels = deflateSync(Buffer.concat(rows(5, 18).flatMap((row) => [Buffer.alloc(1), row])));
  const numbers = (...values: number[]): Buffer => Buffer.from(Uint32Array.from(values).buffer).swap32();
  const frame = (sequence: number, delay: number): Buffer =>
    Buffer.concat([numbers(sequence, 6, 5, 0, 0), Buffer.from([0, delay, 0, 100, 0, 0])]);
  const still = png({
    ...{ width: 6, height: 5, depth: 8, colourType: 2, rows: rows(5, 18) },
    chunks: [
      ['acTL', numbers(2, 0)],
      ['fcTL', frame(0, 10)],
    ],
  });
  const end = chunk('IEND', Buffer.alloc(0));
  const second = [chunk('fcTL', frame(1, 20)), chunk('fdAT', Buffer.concat([numbers(2), pixels]))];
  return Buffer.concat([still.subarray(0, -end.length), ...second, end]);
}

/** A photo as a camera leaves it: turned, with place, owner, serial number and XMP. */
export async function cameraPhoto(orientation: number, width = 60, height = 40): Promise<Buffer> {
  return (await detail(width, height))
    .withExif({
      IFD0: { Make: 'Acme', Model: 'Shot 1', Artist: 'Jo Owner', Orientation: String(orientation) },
      IFD2: { BodySerialNumber: 'SN-4711', DateTimeOriginal: '2024:05:06 07:08:09', LensModel: 'Fifty' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '60/1 10/1 0/1' },
    })
    .withMetadata({ orientation })
    .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"><secret/></x:xmpmeta>')
    .jpeg({ quality: 95, chromaSubsampling: '4:4:4' })
    .toBuffer();
}
