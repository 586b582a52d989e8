import { FORMATS } from '../recipe/formats.ts';
import type { Recipe } from '../recipe/recipe.ts';
import type { Size } from './limits.ts';
import { isTurned, planOf, swap } from './plan.ts';

/**
 * Whether a recipe makes of a JPEG's preview what it makes of the original: a lossy picture of the same size, at most half as wide and
 * high as the preview. What was lost to the preview's own encoding is averaged away then. Sizes are upright.
 */
export function isServedByPreview(recipe: Recipe, original: Size, preview: Size): boolean {
  const { format, crop, metadata, page, normalise, gravity } = recipe;
  const isLossy = format !== 'source' && FORMATS[format].lossy;
  // What judges pixels to choose others may choose differently.
  const judges = normalise === true || gravity === 'entropy' || gravity === 'attention';
  if (!isLossy || judges || (crop ?? metadata ?? page) !== undefined) return false;
  const [ofOriginal, ofPreview] = [planOf(recipe, original), planOf(recipe, preview)];
  const { width, height } = isTurned(recipe) ? swap(ofPreview.scaled) : ofPreview.scaled;
  return (
    isSame(ofOriginal.scaled, ofPreview.scaled) &&
    isSame(ofOriginal.result, ofPreview.result) &&
    width * 2 <= preview.width &&
    height * 2 <= preview.height
  );
}

function isSame(a: Size, b: Size): boolean {
  return a.width === b.width && a.height === b.height;
}
