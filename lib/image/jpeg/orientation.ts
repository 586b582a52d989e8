import type { Part } from './parts.ts';

/** What an EXIF segment begins with (Exif 3.0, 4.7.2). */
export const EXIF = Buffer.from('Exif\0\0');
/** The marker that it has. */
export const APP1 = 0xe1;

export function isExif(part: Part): boolean {
  return part.type === 'segment' && part.marker === APP1 && part.payload.indexOf(EXIF) === 0;
}

const TIFF = 42;
const ORIENTATION = 0x0112;
/** Bytes by type of field: a short, as it has to be, and the two others that decoders take as well. */
const BYTES = new Map([
  [1, 1],
  [3, 2],
  [4, 4],
]);
const ENTRY_BYTES = 12;

/** How to turn a picture, 2 to 8, by the first directory of its EXIF data; 1 where they do not say, or not so that it can be read. */
export function orientationOf(payload: Buffer): number {
  try {
    const tiff = payload.subarray(EXIF.length);
    const isLittle = tiff.toString('latin1', 0, 2) === 'II';
    const read = (at: number, bytes: number): number =>
      isLittle ? tiff.readUIntLE(at, bytes) : tiff.readUIntBE(at, bytes);
    if (read(2, 2) !== TIFF) return 1;
    const directory = read(4, 4);
    for (let entry = 0; entry < read(directory, 2); entry += 1) {
      const at = directory + 2 + entry * ENTRY_BYTES;
      if (read(at, 2) !== ORIENTATION) continue;
      // Of several values libexif, by which derivatives are turned, takes none.
      const bytes = read(at + 4, 4) === 1 ? BYTES.get(read(at + 2, 2)) : undefined;
      const value = bytes ? read(at + 8, bytes) : 1;
      return value >= 1 && value <= 8 ? value : 1;
    }
    return 1;
  } catch (error) {
    if (error instanceof RangeError) return 1;
    throw error;
  }
}
