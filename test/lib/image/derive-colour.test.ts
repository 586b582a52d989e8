import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import type { Edits } from '../../../lib/recipe/modifiers.ts';
import { toRecipe } from '../../../lib/recipe/recipe.ts';
import { BLUE, colourAt, corners, LIME, one, quarters, RED, WHITE } from '../../support/derivatives.ts';
import { detailWithAlpha } from '../../support/pictures.ts';

describe('order', () => {
  test.each<[Edits, readonly unknown[]]>([
    [{ rotate: 90 }, [BLUE, RED, WHITE, LIME]],
    [{ rotate: 180 }, [WHITE, BLUE, LIME, RED]],
    [{ flip: true }, [BLUE, WHITE, RED, LIME]],
    [{ flop: true }, [LIME, RED, WHITE, BLUE]],
    [{ rotate: 90, flip: true }, [WHITE, LIME, BLUE, RED]],
    [{ rotate: 90, flop: true }, [RED, BLUE, LIME, WHITE]],
    [{ crop: [0, 0, 20, 20], rotate: 90 }, [RED, RED, RED, RED]],
    [{ negate: true }, ['0,255,255', '255,0,255', '255,255,0', '0,0,0']],
  ])('%o', async (edits, wanted) => {
    const source = await quarters(80, 40);
    expect(await corners(await one(source, toRecipe(edits, 'png')))).toEqual(wanted);
  });

  test.each<[Edits, readonly unknown[]]>([
    [{ gravity: 'northeast' }, [LIME, LIME, WHITE, WHITE]],
    [{ gravity: 'west' }, [RED, RED, BLUE, BLUE]],
    [{ gravity: 'west', rotate: 180 }, [WHITE, WHITE, LIME, LIME]],
    [{ gravity: 'west', flop: true }, [LIME, LIME, WHITE, WHITE]],
  ])('cover keeps the part that %o names, of the turned picture', async (edits, wanted) => {
    const recipe = toRecipe({ xsize: 10, ysize: 20, fit: 'cover', ...edits }, 'png');
    expect(await corners(await one(await quarters(80, 40), recipe))).toEqual(wanted);
  });
});

test('grayscale has one value for all channels, and the alpha it had', async () => {
  const source = await (await detailWithAlpha()).png().toBuffer();
  const [from, to] = await Promise.all(
    [source, await one(source, toRecipe({ grayscale: true, normalise: true }, 'png'))].map((bytes) =>
      sharp(bytes).raw().toBuffer(),
    ),
  );
  for (let at = 0; at < (to?.length ?? 0); at += 4) {
    expect([to?.[at + 1], to?.[at + 2], to?.[at + 3]]).toEqual([to?.[at], to?.[at], from?.[at + 3]]);
  }
});

describe('transparency', () => {
  const clear = (): Promise<Buffer> =>
    sharp({ create: { width: 8, height: 8, channels: 4, background: { r: 10, g: 20, b: 30, alpha: 0 } } })
      .png()
      .toBuffer();

  test.each<[string, Edits, 'png' | 'jpg' | 'tif', string]>([
    ['shows white where the format has none', {}, 'jpg', '255,255,255'],
    ['is filled before the negative is made', { negate: true }, 'jpg', '0,0,0'],
    ['stays in a format that has it', {}, 'png', '10,20,30,0'],
    ['is not negated itself', { negate: true }, 'png', '245,235,225,0'],
    ['is filled with a background that is asked for', { background: 'ff0000' }, 'png', '255,0,0'],
    [
      'gets a background that grayscale does not touch',
      { background: 'ff0000', grayscale: true },
      'png',
      '255,0,0',
    ],
    ['is in TIFF too', {}, 'tif', '10,20,30,0'],
  ])('%s', async (_, edits, format, wanted) => {
    expect(await colourAt(await one(await clear(), toRecipe(edits, format)), 0, 0)).toBe(wanted);
  });

  test('fills the box of contain, and a colour does if there is one', async () => {
    const source = await quarters(40, 20);
    const box = { xsize: 20, ysize: 20, fit: 'contain' } as const;
    expect(await colourAt(await one(source, toRecipe(box, 'png')), 0, 0)).toBe('0,0,0,0');
    expect(await colourAt(await one(source, toRecipe({ ...box, background: '00ff00' }, 'png')), 0, 0)).toBe(
      LIME,
    );
    expect(await colourAt(await one(source, toRecipe(box, 'tif')), 0, 10)).toMatch(/,255$/);
  });
});

test('colours of Display P3 become sRGB in a derivative', async () => {
  const source = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#00ff00' } })
    .withIccProfile('p3')
    .png()
    .toBuffer();
  expect(await colourAt(source, 0, 0)).not.toBe(LIME);
  expect(await colourAt(await one(source, toRecipe({}, 'png')), 0, 0)).toMatch(/^[0-4],255,[0-4]$/);
});
