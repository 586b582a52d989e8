import { promisify } from 'node:util';
import { constants, deflate, inflate } from 'node:zlib';
import { brokenPng } from './png-chunks.ts';
import { type Pass, passesOf } from './png-scanlines.ts';

/** How many pixels there are, and how they lie. */
export interface PixelSize {
  readonly width: number;
  readonly height: number;
  readonly pixelBits: number;
  readonly isInterlaced: boolean;
}

export interface Unpacked {
  readonly rows: Buffer;
  readonly passes: readonly Pass[];
  /** Whether the stream has its end and its checksum. */
  readonly isWhole: boolean;
}

/** The filtered rows of a zlib stream, all of them. Throws BROKEN_IMAGE. */
export async function unpack(stream: Buffer, size: PixelSize): Promise<Unpacked> {
  const passes = passesOf(size.width, size.height, size.pixelBits, size.isInterlaced);
  const length = passes.reduce((sum, { rows, rowBytes }) => sum + rows * (rowBytes + 1), 0);
  // Bytes behind the last row are an oddity that every decoder bears.
  // In one piece, if it is not made up: joining many costs as much as unpacking them.
  const options = { maxOutputLength: length + SLACK, chunkSize: Math.min(length + SLACK, MAX_PIECE) };
  const whole = await promisify(inflate)(stream, options).catch(() => undefined);
  // A missing checksum at the end harms nothing.
  const data = whole ?? (await promisify(inflate)(stream, { ...options, ...LENIENT }).catch(notUnpacked));
  if (data.length < length) throw brokenPng('it ends before its last row');
  return { rows: data.subarray(0, length), passes, isWhole: whole !== undefined };
}

const LENIENT = { finishFlush: constants.Z_SYNC_FLUSH };

function notUnpacked(error: unknown): never {
  throw brokenPng('its pixels cannot be unpacked', error);
}

const SLACK = 65_536;
const MAX_PIECE = 2 ** 26;

/** Filtered rows as a zlib stream. */
export function pack(rows: Buffer): Promise<Buffer> {
  return promisify(deflate)(rows, { level: LEVEL });
}

/** Filters are kept, and with good ones the levels above cost up to ten times as much for some per cent of bytes. */
const LEVEL = 2;
