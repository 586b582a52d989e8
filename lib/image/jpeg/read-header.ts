import { isExif, orientationOf } from './orientation.ts';
import { readParts } from './parts.ts';
import { unlessRefused } from './refusal.ts';

export interface JpegHeader {
  /** Pixels, as stored. */
  readonly width: number;
  readonly height: number;
  /** How they are to be turned, 1 to 8. */
  readonly orientation: number;
}

/** What a JPEG tells of its size, read without a codec. Undefined for one whose parts `negateJpeg` would refuse. */
export function readHeader(source: Buffer): JpegHeader | undefined {
  return unlessRefused(() => {
    const { frame, parts } = readParts(source);
    const exif = parts.find((part) => isExif(part) || part.type === 'scan');
    const orientation = exif?.type === 'segment' ? orientationOf(exif.payload) : 1;
    return { width: frame.width, height: frame.height, orientation };
  });
}
