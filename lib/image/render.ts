import { FORMATS, type Format } from '../recipe/formats.ts';
import type { Recipe } from '../recipe/recipe.ts';
import { derive } from './derive.ts';
import { type Judged, judge } from './judge.ts';
import { LIMITS, type Limits } from './limits.ts';
import { NEGATIVES } from './negate.ts';
import { loadSharp } from './sharp.ts';
import { type Open, openSource, type Source } from './source.ts';

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
  const bounds = { ...LIMITS, ...limits };
  let opened: Promise<Source> | undefined;
  const open: Open = () => {
    opened ??= loadSharp().then((sharp) => openSource(sharp, bytes, bounds));
    return opened;
  };
  const others = recipes.filter((recipe) => !isNegative(recipe));
  // Loading a codec takes longer than a negative without one.
  const picture = (others.length === 0 ? judge(bytes, bounds) : undefined) ?? (await open());
  const derived = others.length > 0 ? await derive(await loadSharp(), await open(), others, bounds) : [];
  const negative = recipes.some(isNegative) ? await negate(picture, open) : undefined;
  const left = derived.values();
  return recipes.flatMap((recipe) => (isNegative(recipe) ? negative : left.next().value) ?? []);
}

/** Whether a recipe asks for the negative and nothing else, in the source's own format. */
function isNegative({ format, negate, ...rest }: Recipe): boolean {
  return format === 'source' && negate === true && Object.keys(rest).length === 0;
}

async function negate(picture: Judged, open: Open): Promise<Rendered> {
  const { format, width, height, pages } = picture;
  const bytes = await NEGATIVES[format](picture, open);
  return { bytes, format, contentType: FORMATS[format].contentType, width, height, pages };
}
