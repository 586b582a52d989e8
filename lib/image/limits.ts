import { DarkroomError } from '../error.ts';
import type { Format } from '../recipe/formats.ts';
import { MAX_RESULT_SIDE, MAX_SOURCE_SIDE } from '../recipe/modifiers.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** What a picture may be, in pixels. Checked on headers and on plans, before anything is decoded. */
export interface Limits {
  readonly maxSourceSide: number;
  /** Of all pages or frames together. */
  readonly maxSourcePixels: number;
  /** The same for what has to be held whole: interlaced PNG, and more than 8 bits a sample. */
  readonly maxHeavyPixels: number;
  readonly maxPages: number;
  readonly maxResultSide: number;
  readonly maxResultPixels: number;
  readonly maxAvifPixels: number;
}

export const LIMITS: Limits = {
  /** A row of 16,383 × 4 × 2 bytes is 128 KiB, and libvips holds some hundreds of rows: tens of MB, never gigabytes. */
  maxSourceSide: MAX_SOURCE_SIDE,
  /** 50 M × 4 bytes held whole is 200 MB; the cameras of most people stay below. */
  maxSourcePixels: 50_000_000,
  /** 25 M × 4 channels × 2 bytes is the same 200 MB. */
  maxHeavyPixels: 25_000_000,
  /** 100 s of an animation at 30 frames a second; each page costs an open of its own, however few pixels it has. */
  maxPages: 3_000,
  maxResultSide: MAX_RESULT_SIDE,
  /** 25 M × 4 bytes is 100 MB, held twice while a step hands it to the next. */
  maxResultPixels: 25_000_000,
  /** At 0.1 s and 40 MB a megapixel of AVIF, an answer within the gateway's 30 s even where a core is shared. */
  maxAvifPixels: 4_000_000,
};

/** What the header of a source says. */
export interface SourceFacts extends Size {
  readonly pages: number;
  readonly isInterlaced: boolean;
  readonly bitsPerSample: number;
}

/** Throws IMAGE_TOO_LARGE, which names the limit. */
export function checkSource(source: SourceFacts, limits: Limits): void {
  const { width, height, pages } = source;
  const heavy = source.isInterlaced || source.bitsPerSample > 8;
  const maxPixels = heavy ? limits.maxHeavyPixels : limits.maxSourcePixels;
  const what = `The picture is ${say(width)} × ${say(height)} pixels`;
  if (Math.max(width, height) > limits.maxSourceSide)
    refuse(`${what}; a side may have ${say(limits.maxSourceSide)}.`);
  if (pages > limits.maxPages)
    refuse(`The picture has ${say(pages)} pages or frames; it may have ${say(limits.maxPages)}.`);
  if (width * height * pages > maxPixels) {
    const times = pages > 1 ? ` on each of ${say(pages)} pages or frames` : '';
    const why = heavy ? ' for an interlaced PNG or more than 8 bits a sample' : '';
    refuse(`${what}${times}; the most is ${say(maxPixels)} pixels in all${why}.`);
  }
}

function refuse(message: string): never {
  throw new DarkroomError('IMAGE_TOO_LARGE', message);
}

/** Throws RESULT_TOO_LARGE, which says what size fits. `pages` is 1 but for an animation. */
export function checkResult(size: Size, pages: number, format: Format, limits: Limits): void {
  const { width, height } = size;
  const maxPixels = Math.floor((format === 'avif' ? limits.maxAvifPixels : limits.maxResultPixels) / pages);
  const scale = Math.min(
    1,
    limits.maxResultSide / Math.max(width, height),
    Math.sqrt(maxPixels / (width * height)),
  );
  if (scale === 1) return;
  const fits = {
    width: Math.max(1, Math.floor(width * scale)),
    height: Math.max(1, Math.floor(height * scale)),
  };
  throw new DarkroomError(
    'RESULT_TOO_LARGE',
    `The result would be ${say(width)} × ${say(height)} pixels${pages > 1 ? ` in ${say(pages)} frames` : ''}, too large for ${format}. ` +
      `What fits is xsize=${fits.width}&ysize=${fits.height} and below.`,
  );
}

function say(count: number): string {
  return count.toLocaleString('en');
}
