import sharp from 'sharp';
import { expect } from 'vitest';
import { plainProfile } from '../../lib/image/plain-profile.ts';
import { render } from '../../lib/image/render.ts';
import { toRecipe } from '../../lib/recipe/recipe.ts';

const NEGATIVE = toRecipe({ negate: true }, 'source');

/** What the recipe of the negative makes of a picture. */
export async function negative(source: Buffer): Promise<Buffer> {
  const [rendered] = await render(source, [NEGATIVE]);
  return rendered?.bytes ?? Buffer.alloc(0);
}

interface Pixels {
  readonly channels: number;
  readonly values: Uint8Array | Uint16Array;
}

/** The values of each page as they are stored, upright, with no profile applied. */
async function pixels(bytes: Buffer): Promise<readonly Pixels[]> {
  const { pages = 1, channels, hasAlpha, depth } = await sharp(bytes).metadata();
  const grey = channels - (hasAlpha ? 1 : 0) === 1;
  const out: Pixels[] = [];
  for (let page = 0; page < pages; page += 1) {
    const image = sharp(bytes, { page, ignoreIcc: true }).autoOrient();
    const stored =
      depth === 'uchar'
        ? image.toColourspace('srgb').raw()
        : image.toColourspace(grey ? 'grey16' : 'rgb16').raw({ depth: 'ushort' });
    const { data, info } = await stored.toBuffer({ resolveWithObject: true });
    const copy = Uint8Array.from(data);
    out.push({ channels: info.channels, values: depth === 'uchar' ? copy : new Uint16Array(copy.buffer) });
  }
  return out;
}

/**
 * The largest difference between one picture, or its negative, and another, alpha taken as it is. A GIF has no colour where it
 * is transparent.
 */
export async function distance(source: Buffer, result: Buffer, inverted: boolean): Promise<number> {
  const { format, depth, hasAlpha } = await sharp(source).metadata();
  const [from, to] = [await pixels(source), await pixels(result)];
  expect(to.map(({ values }) => values.length)).toEqual(from.map(({ values }) => values.length));
  const max = depth === 'uchar' ? 255 : 65_535;
  const far = from.map(({ channels, values }, page) => {
    let most = 0;
    for (const [at, value] of values.entries()) {
      const alphaAt = at - (at % channels) + channels - 1;
      if (format === 'gif' && hasAlpha && values[alphaAt] === 0 && at !== alphaAt) continue;
      const wanted = inverted && !(hasAlpha && at === alphaAt) ? max - value : value;
      most = Math.max(most, Math.abs(wanted - (to[page]?.values[at] ?? -max)));
    }
    return most;
  });
  return Math.max(...far);
}

/** What may not change; of a profile, what it says of colours. */
export async function traits(bytes: Buffer): Promise<unknown> {
  const { icc, ...header } = await sharp(bytes).metadata();
  const { format, space, channels, depth, bitsPerSample, isPalette, hasAlpha } = header;
  const { pages, delay, loop, autoOrient } = header;
  const colours = icc && plainProfile(icc);
  return {
    ...{ format, space, channels, depth, bitsPerSample, isPalette, hasAlpha },
    ...{ pages, delay, loop, autoOrient, colours },
  };
}
