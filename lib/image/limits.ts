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
  /** The same for AVIF, which is held whole, more than once. */
  readonly maxAvifSourcePixels: number;
  /** Frames of an animation. */
  readonly maxFrames: number;
  readonly maxTiffPages: number;
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
  /** At 40 MB a megapixel where no loss is allowed, 36 M take 1.5 GB of the 1,769 MB of a function. */
  maxAvifSourcePixels: 36_000_000,
  /** 100 s of an animation at 30 frames a second; a WebP frame of few pixels still costs an encode of a millisecond. */
  maxFrames: 3_000,
  /** libtiff walks all directories before a page to open it, so pages cost their square: 300 take 3 s, 3,000 five minutes. */
  maxTiffPages: 300,
  maxResultSide: MAX_RESULT_SIDE,
  /** 25 M × 4 bytes is 100 MB, held twice while a step hands it to the next. */
  maxResultPixels: 25_000_000,
  /** At 0.1 s and 40 MB a megapixel of AVIF, an answer within the gateway's 30 s even where a core is shared. */
  maxAvifPixels: 4_000_000,
};

/** What the headers of a source say. */
export interface SourceFacts {
  /** Of each page or frame. */
  readonly sizes: readonly Size[];
  /** Whether it is held whole, or has more than 8 bits a sample. */
  readonly isHeavy: boolean;
}

/** For a reader to which pages cost something: part of `checkSource`. Throws IMAGE_TOO_LARGE, which names the limit. */
export function checkPages(format: Format, pages: number, { maxFrames, maxTiffPages }: Limits): void {
  const maxPages = format === 'tif' ? maxTiffPages : maxFrames;
  if (pages > maxPages)
    refuse(`The picture has ${say(pages)} pages or frames; it may have ${say(maxPages)}.`);
}

/** Throws IMAGE_TOO_LARGE, which names the limit. */
export function checkSource(format: Format, { sizes, isHeavy }: SourceFacts, limits: Limits): void {
  checkPages(format, sizes.length, limits);
  const { maxSourceSide, maxHeavyPixels, maxAvifSourcePixels, maxSourcePixels } = limits;
  for (const { width, height } of sizes) {
    if (Math.max(width, height) <= maxSourceSide) continue;
    refuse(`The picture is ${say(width)} × ${say(height)} pixels; a side may have ${say(maxSourceSide)}.`);
  }
  const pixels = sizes.reduce((sum, { width, height }) => sum + width * height, 0);
  const maxLightPixels = format === 'avif' ? maxAvifSourcePixels : maxSourcePixels;
  const maxPixels = isHeavy ? maxHeavyPixels : maxLightPixels;
  if (pixels <= maxPixels) return;
  const where = sizes.length > 1 ? ` on ${say(sizes.length)} pages or frames` : '';
  const why = isHeavy ? ' in an interlaced PNG or with more than 8 bits a sample' : WHY[format];
  refuse(`The picture has ${say(pixels)} pixels${where}; it may have ${say(maxPixels)}${why ?? ''}.`);
}

const WHY: { readonly [F in Format]?: string } = { avif: ' as an AVIF' };

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
