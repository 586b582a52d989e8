import type { Exif } from 'sharp';

/**
 * What may be told of a shot: camera, lens, time and exposure, as `IFD0` and `IFD2` (sharp's name for the Exif directory)
 * with libexif's field names. Owner, serial numbers, place, notes of the maker and thumbnails are not among them.
 */
export function shotOf(exif: Buffer): Exif {
  try {
    const tiff = exif.subarray(exif.indexOf('Exif\0\0') === 0 ? 6 : 0);
    const read = readerOf(tiff);
    const first = entriesOf(read, read(4, 4));
    const shot = first.get(EXIF_DIRECTORY)?.at;
    const second = shot === undefined ? new Map<number, Entry>() : entriesOf(read, read(shot, 4));
    return { IFD0: told(tiff, read, first, FIELDS.IFD0), IFD2: told(tiff, read, second, FIELDS.IFD2) };
  } catch (error) {
    if (error instanceof RangeError) return {};
    throw error;
  }
}

/** Tags by the names of their fields (Exif 3.0, 4.6.3 to 4.6.6). */
const FIELDS = {
  IFD0: { Make: 0x010f, Model: 0x0110, DateTime: 0x0132 },
  IFD2: {
    ...{ ExposureTime: 0x829a, FNumber: 0x829d, ISOSpeedRatings: 0x8827, DateTimeOriginal: 0x9003 },
    ...{ OffsetTimeOriginal: 0x9011, Flash: 0x9209, FocalLength: 0x920a, LensModel: 0xa434 },
  },
} as const;

const EXIF_DIRECTORY = 0x8769;
const ENTRY_BYTES = 12;

/** Reads an unsigned number of 2 or 4 bytes. */
type Reader = (at: number, bytes: number) => number;

function readerOf(tiff: Buffer): Reader {
  const isLittle = tiff.toString('latin1', 0, 2) === 'II';
  return (at, bytes) => (isLittle ? tiff.readUIntLE(at, bytes) : tiff.readUIntBE(at, bytes));
}

interface Entry {
  readonly type: number;
  readonly count: number;
  /** Where the value lies if it has up to 4 bytes, else where its position does. */
  readonly at: number;
}

function entriesOf(read: Reader, directory: number): ReadonlyMap<number, Entry> {
  const places = Array.from(
    { length: read(directory, 2) },
    (_, index) => directory + 2 + index * ENTRY_BYTES,
  );
  return new Map(
    places.map((at) => [read(at, 2), { type: read(at + 2, 2), count: read(at + 4, 4), at: at + 8 }]),
  );
}

function told(
  tiff: Buffer,
  read: Reader,
  entries: ReadonlyMap<number, Entry>,
  fields: Readonly<Record<string, number>>,
): Record<string, string> {
  const values = Object.entries(fields).map(([name, tag]) => {
    const entry = entries.get(tag);
    return [name, entry && PRINTERS[entry.type]?.(entry, read, tiff)] as const;
  });
  return Object.fromEntries(values.filter((value): value is readonly [string, string] => Boolean(value[1])));
}

/** As libexif reads them back, by field type: 2 is text, 3 a short, 5 a rational. Others do not occur in these fields. */
const PRINTERS: Readonly<Record<number, (entry: Entry, read: Reader, tiff: Buffer) => string>> = {
  2: ({ count, at }, read, tiff) => {
    const start = count > 4 ? read(at, 4) : at;
    return tiff.toString('latin1', start, start + Math.min(count, 100)).replace(/[^ -~].*$/s, '');
  },
  3: ({ at }, read) => String(read(at, 2)),
  5: ({ at }, read) => `${read(read(at, 4), 4)}/${read(read(at, 4) + 4, 4)}`,
};
