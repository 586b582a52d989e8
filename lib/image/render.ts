import { FORMATS, type Format } from '../recipe/formats.ts';
import type { Recipe } from '../recipe/recipe.ts';
import { derive } from './derive.ts';
import { LIMITS, type Limits } from './limits.ts';
import { NEGATIVES } from './negate.ts';
import { loadSharp } from './sharp.ts';
import { openSource, type Source } from './source.ts';

/** A picture as it is delivered. No metadata of the source is in it but what colours need. */
export interface Rendered {
  readonly bytes: Buffer;
  readonly format: Format;
  readonly contentType: string;
  /** Pixels of one page or frame, upright. */
  readonly width: number;
  readonly height: number;
  /** Pages or frames, 1 for a still picture. */
  readonly pages: number;
}

export interface RenderOptions {
  /** @default LIMITS */
  readonly limits?: Partial<Limits>;
}

/**
 * What each recipe makes of a picture, in the order of the recipes; equal calls give equal bytes. Throws a DarkroomError:
 * EMPTY_OBJECT, UNSUPPORTED_IMAGE, BROKEN_IMAGE, IMAGE_TOO_LARGE for the picture, RESULT_TOO_LARGE or BAD_PARAMETER for a
 * recipe that does not fit it. Anything else is an outage.
 */
export async function render(
  bytes: Buffer,
  recipes: readonly Recipe[],
  { limits }: RenderOptions = {},
): Promise<readonly Rendered[]> {
  const sharp = await loadSharp();
  const bounds = { ...LIMITS, ...limits };
  const source = await openSource(sharp, bytes, bounds);
  const derived = await derive(
    sharp,
    source,
    recipes.filter((recipe) => !isNegative(recipe)),
    bounds,
  );
  const negative = recipes.some(isNegative) ? await negate(source) : undefined;
  const left = derived.values();
  return recipes.flatMap((recipe) => (isNegative(recipe) ? negative : left.next().value) ?? []);
}

/** Whether a recipe asks for the negative and nothing else, in the source's own format. */
function isNegative({ format, negate, ...rest }: Recipe): boolean {
  return format === 'source' && negate === true && Object.keys(rest).length === 0;
}

async function negate(source: Source): Promise<Rendered> {
  const { format, width, height, pages } = source;
  const bytes = await NEGATIVES[format](source);
  return { bytes, format, contentType: FORMATS[format].contentType, width, height, pages };
}
