import type { Format } from '../recipe/formats.ts';
import type { Picture } from './sharp.ts';

/** What an encoder is told. `quality` is 1–100, undefined for the format's own default. */
export interface Encoding {
  readonly quality: number | undefined;
  /** Milliseconds that each frame stands, and how often all play (0: for ever); undefined for a still picture. */
  readonly animation: { readonly delay: readonly number[]; readonly loop: number } | undefined;
}

/**
 * How each format is written: what costs least for what it saves, as measured. JPEG without optimised Huffman tables takes
 * 0.6 of the time and a third of the memory for some per cent of bytes; PNG filters adaptively at level 2; WebP at effort 2 is
 * within 0.5 dB of 4 at half the time; AVIF at effort 0 takes a thirtieth of the default's time.
 */
export const ENCODERS: { readonly [F in Format]: (image: Picture, encoding: Encoding) => Picture } = {
  jpg: (image, { quality = 80 }) => image.jpeg({ quality, optimiseCoding: false }),
  png: (image) => image.png({ compressionLevel: 2, adaptiveFiltering: true }),
  webp: (image, { quality = 80, animation }) => image.webp({ quality, effort: 2, ...timing(animation) }),
  avif: (image, { quality = 60 }) => image.avif({ quality, effort: 0 }),
  tif: (image) => image.tiff({ compression: 'deflate', predictor: 'horizontal' }),
  gif: (image, { animation }) => image.gif({ effort: 5, ...timing(animation) }),
};

/** The most that sharp writes; WebP has room for 256 times as long, four hours and a half. */
const MAX_DELAY_MS = 65_535;

function timing(animation: Encoding['animation']): { delay?: number[]; loop?: number } {
  if (!animation) return {};
  return { delay: animation.delay.map((ms) => Math.min(ms, MAX_DELAY_MS)), loop: animation.loop };
}
