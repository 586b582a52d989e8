import sharp from 'sharp';
import { expect } from 'vitest';
import { render } from '../../lib/image/render.ts';
import type { Edits } from '../../lib/recipe/modifiers.ts';
import { type Recipe, toRecipe } from '../../lib/recipe/recipe.ts';

/** What one recipe makes of a picture, once it is seen to be what it says. */
export async function one(source: Buffer, recipe: Recipe): Promise<Buffer> {
  const [rendered] = await render(source, [recipe]);
  if (!rendered) throw new Error('Nothing was rendered');
  const { width, height, format, pages = 1 } = await sharp(rendered.bytes).metadata();
  expect({ width, height, pages }).toEqual({
    width: rendered.width,
    height: rendered.height,
    pages: rendered.pages,
  });
  expect({ jpeg: 'jpg', tiff: 'tif', heif: 'avif' }[format as string] ?? format).toBe(rendered.format);
  return rendered.bytes;
}

/** Width and height of a picture with some edits. */
export async function size(source: Buffer, edits: Edits): Promise<string> {
  const { width, height } = await sharp(await one(source, toRecipe(edits, 'png'))).metadata();
  return `${width}×${height}`;
}

/** The colour at a place, as `r,g,b` or `r,g,b,a`. */
export async function colourAt(bytes: Buffer, left: number, top: number): Promise<string> {
  return (
    await sharp(bytes, { ignoreIcc: true }).extract({ left, top, width: 1, height: 1 }).raw().toBuffer()
  ).join();
}

/** Four quarters: red and lime above, blue and white below, unless others are asked for. */
export async function quarters(
  width: number,
  height: number,
  colours: readonly string[] = ['red', 'lime', 'blue', 'white'],
): Promise<Buffer> {
  const tiles = colours.map((background, index) => ({
    input: { create: { width: width / 2, height: height / 2, channels: 3 as const, background } },
    left: (index % 2) * (width / 2),
    top: index > 1 ? height / 2 : 0,
  }));
  return sharp({ create: { width, height, channels: 3, background: 'black' } })
    .composite(tiles)
    .removeAlpha()
    .png()
    .toBuffer();
}

export const [RED, LIME, BLUE, WHITE] = ['255,0,0', '0,255,0', '0,0,255', '255,255,255'];

export async function corners(bytes: Buffer): Promise<readonly string[]> {
  const { width, height } = await sharp(bytes).metadata();
  const places = [
    [0, 0],
    [width - 1, 0],
    [0, height - 1],
    [width - 1, height - 1],
  ] as const;
  return Promise.all(places.map(([x, y]) => colourAt(bytes, x, y)));
}
