import type { Format } from '../recipe/formats.ts';
import { negateAvif } from './avif-negative.ts';
import { negateGif } from './gif-negative.ts';
import { negateJpeg } from './jpeg-negative.ts';
import type { Judged } from './judge.ts';
import { negatePng } from './png-negative.ts';
import type { Open } from './source.ts';
import { negateTiff } from './tiff-negative.ts';
import { negateWebp } from './webp-negative.ts';

/**
 * How a negative is made that keeps the format, bit depth, frames and grid of its source. One row a format: by rewriting the
 * file where its structure allows it, which loses nothing and costs next to nothing, else by decoding and encoding.
 */
export const NEGATIVES: { readonly [F in Format]: (picture: Judged, open: Open) => Promise<Buffer> } = {
  jpg: negateJpeg,
  png: ({ bytes, orientation }) => negatePng(bytes, orientation),
  webp: async (_, open) => negateWebp(await open()),
  avif: async (_, open) => negateAvif(await open()),
  tif: async (_, open) => negateTiff(await open()),
  gif: negateGif,
};
