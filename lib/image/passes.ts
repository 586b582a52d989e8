import type { Raw } from 'sharp';
import { FORMATS, type Format } from '../recipe/formats.ts';
import type { Recipe } from '../recipe/recipe.ts';
import type { Plan } from './plan.ts';
import type { Picture, Sharp } from './sharp.ts';

/** Decoded pixels: 8-bit sRGB, with or without alpha. */
export interface Frame {
  readonly data: Buffer;
  readonly raw: Raw;
}

interface Work {
  readonly recipe: Recipe;
  readonly plan: Plan;
  readonly format: Format;
  readonly frame: Frame;
}

type Pass = (work: Work) => ((image: Picture) => Picture) | undefined;

/**
 * The order in which modifiers apply. sharp has an order of its own, whatever it is told, so what it would not do in ours
 * is a pass by itself; a pass that has nothing to do is left out.
 */
const PASSES: readonly Pass[] = [turn, fit, tone, detail, finish];

/** Does all to a frame that the recipe asks for, but the encoding. */
export async function runPasses(
  sharp: Sharp,
  first: Frame,
  recipe: Recipe,
  plan: Plan,
  format: Format,
): Promise<Frame> {
  let frame = first;
  for (const pass of PASSES) {
    const edit = pass({ recipe, plan, format, frame });
    if (!edit) continue;
    const { data, info } = await edit(sharp(frame.data, { raw: frame.raw }))
      .raw()
      .toBuffer({ resolveWithObject: true });
    frame = { data, raw: { width: info.width, height: info.height, channels: info.channels } };
  }
  return frame;
}

function turn({ recipe: { rotate }, plan: { crop } }: Work): ReturnType<Pass> {
  if (!crop && !rotate) return undefined;
  return (image) => (crop ? image.extract(crop) : image).rotate(rotate ?? 0);
}

function fit({ recipe, plan: { scaled, result }, format, frame }: Work): ReturnType<Pass> {
  const { flip = false, flop = false } = recipe;
  const sizes = [scaled, result];
  const stays = sizes.every(({ width, height }) => width === frame.raw.width && height === frame.raw.height);
  if (stays && !flip && !flop) return undefined;
  const how = {
    inside: { fit: 'fill' },
    cover: { fit: 'cover', position: recipe.gravity ?? 'centre' },
    contain: {
      fit: 'contain',
      position: placeOf(recipe),
      background: padding(recipe, format),
      withoutEnlargement: true,
    },
  } as const;
  return (image) =>
    image
      .flip(flip)
      .flop(flop)
      .resize({ ...result, ...how[recipe.fit ?? 'inside'] });
}

/** Nothing is cut off by `contain`, so what is worth keeping says nothing about where to put it. */
function placeOf({ gravity = 'centre' }: Recipe): string {
  return gravity === 'entropy' || gravity === 'attention' ? 'centre' : gravity;
}

function padding({ background }: Recipe, format: Format): string {
  return background === undefined && FORMATS[format].hasAlpha ? '#00000000' : `#${background ?? WHITE}`;
}

const WHITE = 'ffffff';

function tone({ recipe: { grayscale = false, normalise = false } }: Work): ReturnType<Pass> {
  if (!grayscale && !normalise) return undefined;
  return (image) => {
    // sharp's own grayscale takes the alpha away from pixels that are not encoded.
    const grey = grayscale ? image.pipelineColourspace('b-w').toColourspace('srgb') : image;
    return normalise ? grey.normalise() : grey;
  };
}

function detail({ recipe: { blur, sharpen } }: Work): ReturnType<Pass> {
  if (blur === undefined && sharpen === undefined) return undefined;
  return (image) => {
    const blurred = blur === undefined ? image : image.blur({ sigma: blur });
    return sharpen === undefined ? blurred : blurred.sharpen({ sigma: sharpen });
  };
}

function finish({ recipe: { background, negate = false }, format, frame }: Work): ReturnType<Pass> {
  const opaque = frame.raw.channels === 4 && (background !== undefined || !FORMATS[format].hasAlpha);
  if (!opaque && !negate) return undefined;
  return (image) => {
    const flat = opaque ? image.flatten({ background: `#${background ?? WHITE}` }) : image;
    return negate ? flat.negate({ alpha: false }) : flat;
  };
}
