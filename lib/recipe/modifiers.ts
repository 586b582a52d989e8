import type * as z from 'zod/mini';
import { box, choice, colour, decimal, flag, sigma, step, type Value, whole } from './values.ts';

/** Pixels that one side of a result may be asked to have; `limits.ts` of the image room adds the other limits. */
export const MAX_RESULT_SIDE = 8_192;
/** Pixels that one side of a source may have: the most that WebP stores (14 bits), and AVIF and JPEG take as much. */
export const MAX_SOURCE_SIDE = 16_383;

/** A row: the value, and the one that changes nothing, which a recipe never holds. */
interface Modifier<T> extends Value<T> {
  readonly neutral?: T;
}

const GRAVITIES = [
  ...['centre', 'north', 'northeast', 'east', 'southeast', 'south', 'southwest', 'west', 'northwest'],
  ...['entropy', 'attention'],
] as const;

/**
 * Every modifier of an image, one row each, in the order in which the canonical text names them. Whatever the order of
 * asking, they apply as: page, upright, crop, rotate, flip, flop, resize (× dpr), grayscale, normalise, blur, sharpen,
 * flatten, negate, encode.
 */
export const MODIFIERS = {
  /** Which page or frame of the source, counted from 1. */
  page: { ...whole(1, 100_000, 'the first page is 1'), neutral: 1 },
  crop: box(MAX_SOURCE_SIDE),
  /** Clockwise. */
  rotate: { ...step([0, 90, 180, 270], 'degrees clockwise'), neutral: 0 },
  /** Upside down. */
  flip: { ...flag, neutral: false },
  /** Left to right. */
  flop: { ...flag, neutral: false },
  /** What the pipeline's thumbnail is: sharpened, in 50×50 unless sized. A recipe holds what it stands for. */
  thumbnail: { ...flag, neutral: false },
  xsize: whole(1, MAX_RESULT_SIDE, 'pixels'),
  ysize: whole(1, MAX_RESULT_SIDE, 'pixels'),
  dpr: { ...decimal(1, 4, 'device pixels per pixel'), neutral: 1 },
  /** With both sizes given: all of it in the box, the box covered and the rest cut off, or the box filled up around it. */
  fit: { ...choice(['inside', 'cover', 'contain']), neutral: 'inside' },
  /** Which part `cover` keeps, or where `contain` puts it. */
  gravity: { ...choice(GRAVITIES, { center: 'centre' }), neutral: 'centre' },
  grayscale: { ...flag, neutral: false },
  normalise: { ...flag, neutral: false },
  blur: { ...sigma(0.3, 50), neutral: 0 },
  sharpen: { ...sigma(0.3, 10), neutral: 0 },
  /** What shows through where the picture is transparent. Default white, where the format has no alpha. */
  background: colour,
  negate: { ...flag, neutral: false },
  quality: whole(1, 100, 'percent'),
  /** Whether an animation stays one where the format animates. */
  animated: { ...flag, neutral: true },
  /** `keep` keeps what a camera says of the shot; place, owner, serial numbers, XMP and thumbnails go all the same. */
  metadata: { ...choice(['strip', 'keep']), neutral: 'strip' },
} as const satisfies Record<string, Modifier<unknown>>;

export type ModifierName = keyof typeof MODIFIERS;
export const MODIFIER_NAMES = Object.keys(MODIFIERS) as readonly ModifierName[];

/** What is asked for: some modifiers, each with a value that its row accepts. */
export type Edits = { readonly [N in ModifierName]?: z.output<(typeof MODIFIERS)[N]['schema']> };
