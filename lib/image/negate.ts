import type { Format } from '../recipe/formats.ts';
import { negateAvif } from './avif-negative.ts';
import { negateGif } from './gif-negative.ts';
import { negateJpeg } from './jpeg-negative.ts';
import { negatePng } from './png-negative.ts';
import type { Source } from './source.ts';
import { negateTiff } from './tiff-negative.ts';
import { negateWebp } from './webp-negative.ts';

/**
 * How a negative is made that keeps the format, bit depth, frames and grid of its source. One row a format: by rewriting the
 * file where its structure allows it, which loses nothing and costs next to nothing, else by decoding and encoding.
 */
export const NEGATIVES: { readonly [F in Format]: (source: Source) => Promise<Buffer> } = {
  jpg: negateJpeg,
  png: ({ bytes, header }) => negatePng(bytes, header.orientation ?? 1),
  webp: negateWebp,
  avif: negateAvif,
  tif: negateTiff,
  gif: negateGif,
};
