/**
 * Whether what looks like a TIFF is what a camera saw before it made a picture of it (DNG, NEF, ARW, PEF and others): its first
 * page is a small copy, and what comes out of it would be the negative of that. Judged by the first directory, as far as it lies
 * within the bytes that are given.
 */
export function isRawPhoto(tiff: Buffer): boolean {
  try {
    return hasRawFields(tiff);
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

const ENTRY_BYTES = 12;
/** BigTIFF (43) lays its directories out otherwise, and no camera writes it. */
const TIFF = 42;

function hasRawFields(tiff: Buffer): boolean {
  const isLittle = tiff.toString('latin1', 0, 2) === 'II';
  const read = (at: number, bytes: number): number =>
    isLittle ? tiff.readUIntLE(at, bytes) : tiff.readUIntBE(at, bytes);
  if (read(2, 2) !== TIFF) return false;
  if (tiff.toString('latin1', 8, 10) === CANON) return true;
  const directory = read(4, 4);
  const fields = new Map<number, number>();
  for (let left = read(directory, 2), at = directory + 2; left > 0; left -= 1, at += ENTRY_BYTES)
    fields.set(read(at, 2), read(at + 2, 2) === SHORT ? read(at + 8, 2) : read(at + 8, 4));
  const isReduced = fields.get(SUBFILE_TYPE) === REDUCED && fields.has(SUB_DIRECTORIES);
  return fields.has(DNG_VERSION) || isReduced || RAW_COLOURS.has(fields.get(COLOURS) ?? 0);
}

const CANON = 'CR';
const SHORT = 3;
/** The page is a smaller copy of another one (TIFF 6.0, section 8), which is in a directory below it. */
const [SUBFILE_TYPE, REDUCED, SUB_DIRECTORIES] = [254, 1, 330];
/** DNG 1.7, chapter 4. */
const DNG_VERSION = 50_706;
const COLOURS = 262;
/** A mosaic of colour filters, and what was made of one before it was given colours (DNG 1.7, chapter 3). */
const RAW_COLOURS = new Set([32_803, 34_892]);
