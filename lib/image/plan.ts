import { DarkroomError } from '../error.ts';
import type { Recipe } from '../recipe/recipe.ts';
import type { Size } from './limits.ts';

/** The sizes that a picture goes through, each in whole pixels and never 0. */
export interface Plan {
  /** What is cut out of the upright picture; undefined for all of it. */
  readonly crop:
    | { readonly left: number; readonly top: number; readonly width: number; readonly height: number }
    | undefined;
  /** All of what was cut out, turned and scaled. */
  readonly scaled: Size;
  /** What is delivered: `scaled`, or the box of `cover` and `contain`. */
  readonly result: Size;
}

/**
 * What becomes of an upright picture. Nothing is ever enlarged: a box of `cover` larger than the picture shrinks in its own
 * proportions, one of `contain` is filled up. Throws BAD_PARAMETER for a crop beside the picture.
 */
export function planOf(recipe: Recipe, upright: Size): Plan {
  const crop = cropOf(recipe, upright);
  const turned = isTurned(recipe)
    ? swap(crop ?? upright)
    : { width: (crop ?? upright).width, height: (crop ?? upright).height };
  const box = boxOf(recipe);
  const inside = scaleBy(turned, Math.min(1, box.width / turned.width, box.height / turned.height));
  if (recipe.fit === 'contain') return { crop, scaled: inside, result: box };
  if (recipe.fit !== 'cover') return { crop, scaled: inside, result: inside };
  const result = scaleBy(box, Math.min(1, turned.width / box.width, turned.height / box.height));
  return {
    crop,
    scaled: scaleBy(turned, Math.max(result.width / turned.width, result.height / turned.height)),
    result,
  };
}

/** Whether width and height change places. */
export function isTurned(recipe: Recipe): boolean {
  return recipe.rotate === 90 || recipe.rotate === 270;
}

export function swap({ width, height }: Size): Size {
  return { width: height, height: width };
}

function cropOf({ crop }: Recipe, { width, height }: Size): Plan['crop'] {
  if (!crop) return undefined;
  const [left, top, asked, askedHeight] = crop;
  if (left >= width || top >= height) {
    throw new DarkroomError(
      'BAD_PARAMETER',
      `crop=${crop.join(',')} lies beside the picture, which is ${width} × ${height} pixels.`,
    );
  }
  return { left, top, width: Math.min(asked, width - left), height: Math.min(askedHeight, height - top) };
}

/** A side that is not asked for is free. */
function boxOf({ xsize, ysize, dpr = 1 }: Recipe): Size {
  const pixels = (side: number | undefined): number =>
    side === undefined ? Infinity : Math.round(side * dpr);
  return { width: pixels(xsize), height: pixels(ysize) };
}

function scaleBy({ width, height }: Size, factor: number): Size {
  return { width: Math.max(1, Math.round(width * factor)), height: Math.max(1, Math.round(height * factor)) };
}
