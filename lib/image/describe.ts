import type { Format } from '../recipe/formats.ts';
import { readDirectories } from './exif.ts';
import { LIMITS } from './limits.ts';
import { loadSharp } from './sharp.ts';
import { openSource } from './source.ts';

/** A picture as its headers tell it; nothing of it is decoded. */
export interface Description {
  readonly format: Format;
  /** Pixels of one page or frame as stored: `orientation` (Exif, 1 to 8) says how they are to be turned. */
  readonly width: number;
  readonly height: number;
  /** Bits a sample. */
  readonly depth: number;
  /** libvips' name of the colour space, such as `srgb`, `b-w` or `cmyk`. */
  readonly space: string;
  readonly hasAlpha: boolean;
  readonly orientation: number;
  /** Pixels an inch; null where the file says nothing. */
  readonly density: number | null;
  /** Pages or frames, 1 for a still picture. */
  readonly pages: number;
  /** Exif fields by name, directory by directory; empty for none, or for a block that cannot be read. */
  readonly exif: Readonly<Record<string, ExifValue>>;
}

export type ExifValue = string | number | readonly number[];

/**
 * Describes a picture. Where it was taken is told only if `gps` is set. Throws a DarkroomError like `render`: EMPTY_OBJECT,
 * UNSUPPORTED_IMAGE, BROKEN_IMAGE or IMAGE_TOO_LARGE.
 */
export async function describe(
  bytes: Buffer,
  { gps = false }: { readonly gps?: boolean } = {},
): Promise<Description> {
  const { format, header, pages } = await openSource(await loadSharp(), bytes, LIMITS);
  return {
    format,
    width: header.width,
    height: header.pageHeight ?? header.height,
    depth: header.bitsPerSample ?? DEPTHS[header.depth] ?? 8,
    space: header.space,
    hasAlpha: header.hasAlpha,
    orientation: header.orientation ?? 1,
    density: header.density ?? null,
    pages,
    exif: header.exif === undefined ? {} : fieldsOf(header.exif, gps),
  };
}

/** Bits of libvips' sample formats that pictures of ours come in. */
const DEPTHS: Readonly<Record<string, number>> = {
  uchar: 8,
  char: 8,
  ushort: 16,
  short: 16,
  uint: 32,
  int: 32,
  float: 32,
  double: 64,
};

/** What stands in for other values, or is of no use to anyone who has no such camera. */
const LEFT_OUT = /^(ExifTag|GPSTag|InteroperabilityTag|MakerNote|UserComment|PrintImageMatching)$/;

/** A field is a number, numbers, or a text as long as a sentence: whatever else a file may hold is not passed on. */
const MAX_TEXT = 500;
const MAX_NUMBERS = 16;

function fieldsOf(exif: Buffer, gps: boolean): Description['exif'] {
  const directories = readDirectories(exif);
  const { image, photo } = directories;
  const fields = Object.entries({ ...image, ...photo, ...(gps ? directories.gps : {}) });
  return Object.fromEntries(
    fields.flatMap(([name, value]) => {
      const told = LEFT_OUT.test(name) || (!gps && name.startsWith('GPS')) ? undefined : tell(value);
      return told === undefined ? [] : [[name, told] as const];
    }),
  );
}

function tell(value: unknown): ExifValue | undefined {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.toISOString();
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value === 'string')
    return value
      .replaceAll(/\p{Cc}/gu, '')
      .trim()
      .slice(0, MAX_TEXT);
  const isList = Array.isArray(value) && value.length <= MAX_NUMBERS && value.every(Number.isFinite);
  return isList ? (value as readonly number[]) : undefined;
}
