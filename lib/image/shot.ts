import type { Exif } from 'sharp';
import { type ExifFields, readDirectories } from './exif.ts';

/**
 * What may be told of a shot: camera, lens, time and exposure, as `IFD0` and `IFD2` (sharp's name for the directory of the
 * shot) with libexif's field names. Owner, serial numbers, place, notes of the maker and thumbnails are not among them.
 */
export function shotOf(exif: Buffer): Exif {
  const { image, photo } = readDirectories(exif);
  return { IFD0: told(image, FIELDS.IFD0), IFD2: told(photo, FIELDS.IFD2) };
}

/** How each field is written, as libexif reads it back (Exif 3.0, 4.6.4 to 4.6.6). */
const FIELDS = {
  IFD0: { Make: text, Model: text, DateTime: time },
  IFD2: {
    ...{ ExposureTime: ratio, FNumber: ratio, FocalLength: ratio, ISOSpeedRatings: whole, Flash: whole },
    ...{ DateTimeOriginal: time, OffsetTimeOriginal: text, LensModel: text },
  },
} as const satisfies Record<string, Record<string, Print>>;

/** Undefined for what does not belong into a field. */
type Print = (value: unknown) => string | undefined;

function told(fields: ExifFields, printers: Readonly<Record<string, Print>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(printers).flatMap(([name, print]) => {
      const value = print(fields[name]);
      return value ? [[name, value] as const] : [];
    }),
  );
}

const MAX_TEXT = 100;

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value.replace(/[^ -~].*$/s, '').slice(0, MAX_TEXT) : undefined;
}

/** As cameras write it: `2024:05:06 07:08:09`. */
function time(value: unknown): string | undefined {
  const isTime = value instanceof Date && !Number.isNaN(value.getTime());
  return isTime ? value.toISOString().slice(0, 19).replaceAll('-', ':').replace('T', ' ') : undefined;
}

function whole(value: unknown): string | undefined {
  // A few cameras tell of several sensitivities; the first is the one in use.
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === 'number' && Number.isInteger(first) ? String(first) : undefined;
}

/** The least denominator will do up to this: shutters are not quicker. */
const MAX_DENOMINATOR = 1_000_000;

/** The fraction that a camera wrote, found again by continued fractions: `1/125` of 0.008. */
function ratio(value: unknown): string | undefined {
  if (typeof value !== 'number' || !(value > 0) || value > MAX_DENOMINATOR) return undefined;
  let [above, below, aboveBefore, belowBefore] = [Math.floor(value), 1, 1, 0];
  let rest = value - above;
  while (Math.abs(above / below - value) > value * 1e-9 && below < MAX_DENOMINATOR) {
    const part = Math.floor(1 / rest);
    rest = 1 / rest - part;
    [above, aboveBefore] = [part * above + aboveBefore, above];
    [below, belowBefore] = [part * below + belowBefore, below];
  }
  return `${above}/${below}`;
}
