import sharp from 'sharp';
import { expect, test } from 'vitest';
import { render } from '../../../lib/image/render.ts';
import { FORMAT_NAMES } from '../../../lib/recipe/formats.ts';
import { toRecipe } from '../../../lib/recipe/recipe.ts';
import { one, size } from '../../support/derivatives.ts';
import { cameraPhoto, detail, detailWithAlpha, palettePng, photo } from '../../support/pictures.ts';

const NEGATIVE = toRecipe({ negate: true }, 'source');
const THUMBNAIL = toRecipe({ thumbnail: true, quality: 90 }, 'jpg');
const PREVIEW = toRecipe({ xsize: 1280, ysize: 1280, quality: 90 }, 'jpg');

test('the outputs of the real photo have the sizes that the pipeline promises', async () => {
  const rendered = await render(photo(), [NEGATIVE, THUMBNAIL, PREVIEW]);
  expect(rendered.map(({ width, height, format }) => [width, height, format])).toEqual([
    [5312, 2988, 'jpg'],
    [50, 28, 'jpg'],
    [1280, 720, 'jpg'],
  ]);
});

test('what shares a decode is near to what is made alone from all pixels', async () => {
  const [, small] = await render(photo(), [PREVIEW, toRecipe({ xsize: 320 }, 'png')]);
  const wanted = await sharp(photo()).resize({ width: 320, fastShrinkOnLoad: false }).raw().toBuffer();
  const got = await sharp(small?.bytes).raw().toBuffer();
  const square = wanted.reduce((sum, value, at) => sum + (value - (got[at] ?? 0)) ** 2, 0) / wanted.length;
  expect(10 * Math.log10(255 ** 2 / square)).toBeGreaterThan(38);
});

test('equal calls give equal bytes in every format', async () => {
  const source = await (await detailWithAlpha(300, 200)).png().toBuffer();
  const recipes = FORMAT_NAMES.map((format) => toRecipe({ xsize: 150, blur: 1, sharpen: 1 }, format));
  const [first, second] = [await render(source, recipes), await render(source, recipes)];
  expect(second).toEqual(first);
});

test.each(FORMAT_NAMES)('a photo becomes %s', async (format) => {
  const bytes = await one(await (await detail(200, 100)).png().toBuffer(), toRecipe({ xsize: 80 }, format));
  expect(await sharp(bytes).metadata()).toMatchObject({ width: 80, height: 40 });
});

test.each([1, 2, 3, 4, 5, 6, 7, 8])('a thumbnail of orientation %i is upright', async (orientation) => {
  const { width, height } = await sharp(await one(await cameraPhoto(orientation), THUMBNAIL)).metadata();
  expect([width, height]).toEqual(orientation > 4 ? [33, 50] : [50, 33]);
});

test('no output tells place, owner, serial number or XMP', async () => {
  const recipes = [
    NEGATIVE,
    THUMBNAIL,
    ...FORMAT_NAMES.map((format) => toRecipe({ metadata: 'keep' }, format)),
  ];
  for (const { bytes } of await render(await cameraPhoto(6), recipes)) {
    const found = ['Jo Owner', 'SN-4711', 'secret', 'GPS'].filter((word) => bytes.includes(word));
    expect(found).toEqual([]);
    expect((await sharp(bytes).metadata()).xmp).toBeUndefined();
  }
});

test('metadata=keep tells of camera, lens, time and exposure', async () => {
  for (const format of ['jpg', 'webp', 'png'] as const) {
    const { exif, orientation = 1 } = await sharp(
      await one(await cameraPhoto(6), toRecipe({ metadata: 'keep' }, format)),
    ).metadata();
    const missing = ['Acme', 'Shot 1', 'Fifty', '2024:05:06 07:08:09'].filter(
      (word) => !exif?.includes(word),
    );
    expect([missing, orientation]).toEqual([[], 1]);
  }
});

test('a palette PNG gives derivatives', async () => {
  expect(await size(palettePng(), { xsize: 8 })).toBe('8×5');
});
