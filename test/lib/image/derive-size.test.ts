import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { render } from '../../../lib/image/render.ts';
import { joinPages } from '../../../lib/image/tiff-pages.ts';
import type { Edits } from '../../../lib/recipe/modifiers.ts';
import { toRecipe } from '../../../lib/recipe/recipe.ts';
import { one, quarters, size } from '../../support/derivatives.ts';
import { animation, detail } from '../../support/pictures.ts';

describe('sizes', () => {
  test.each<[Edits, string]>([
    [{}, '200×100'],
    [{ xsize: 50 }, '50×25'],
    [{ ysize: 50 }, '100×50'],
    [{ xsize: 50, ysize: 50 }, '50×25'],
    [{ xsize: 8192, ysize: 8192 }, '200×100'],
    [{ xsize: 40, dpr: 1.5 }, '60×30'],
    [{ xsize: 400, dpr: 4 }, '200×100'],
    [{ thumbnail: true }, '50×25'],
    [{ thumbnail: true, xsize: 20 }, '20×10'],
    [{ rotate: 90, xsize: 50, ysize: 50 }, '25×50'],
    [{ crop: [150, 60, 100, 100] }, '50×40'],
    [{ crop: [0, 0, 10, 20], rotate: 270 }, '20×10'],
    [{ xsize: 30, ysize: 40, fit: 'cover' }, '30×40'],
    [{ xsize: 400, ysize: 400, fit: 'cover' }, '100×100'],
    [{ xsize: 30, ysize: 40, fit: 'contain' }, '30×40'],
    [{ xsize: 400, ysize: 300, fit: 'contain' }, '400×300'],
  ])('%o of 200×100 is %s', async (edits, wanted) => {
    expect(await size(await quarters(200, 100), edits)).toBe(wanted);
  });

  test('a line keeps a pixel', async () => {
    const line = await sharp({ create: { width: 10_000, height: 1, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    expect(await size(line, { thumbnail: true })).toBe('50×1');
  });
});

describe('animations', () => {
  const gif = (): Promise<Buffer> =>
    animation(4, 40, 20)
      .gif({ delay: [50, 60, 70, 80], loop: 3 })
      .toBuffer();

  test('stay animations where the format animates, each frame edited by itself', async () => {
    const bytes = await one(await gif(), toRecipe({ xsize: 20, rotate: 90, negate: true }, 'webp'));
    expect(await sharp(bytes).metadata()).toMatchObject({ loop: 3, width: 20, height: 40 });
  });

  test.each<[Edits, 'png' | 'gif']>([
    [{}, 'png'],
    [{ animated: false }, 'gif'],
    [{ page: 2 }, 'gif'],
  ])('become one picture with %o as %s', async (edits, format) => {
    const [rendered] = await render(await gif(), [toRecipe(edits, format)]);
    expect(rendered?.pages).toBe(1);
  });

  test('have no more pages than they have', async () => {
    await expect(render(await gif(), [toRecipe({ page: 5 }, 'png')])).rejects.toMatchObject({
      code: 'BAD_PARAMETER',
    });
  });
});

test('each page of a TIFF has its own size and kind', async () => {
  const [first, second] = [await detail(40, 20), (await detail(30, 60)).toColourspace('b-w')];
  const pages = [
    await first.tiff().toBuffer(),
    await second.withMetadata({ orientation: 6 }).tiff().toBuffer(),
  ];
  const source = joinPages(pages);
  expect([await size(source, { xsize: 20 }), await size(source, { xsize: 20, page: 2 })]).toEqual([
    '20×10',
    '20×10',
  ]);
});
