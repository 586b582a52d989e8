import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { isServedByPreview } from '../../../lib/image/from-preview.ts';
import { render } from '../../../lib/image/render.ts';
import type { Format } from '../../../lib/recipe/formats.ts';
import type { Edits } from '../../../lib/recipe/modifiers.ts';
import { toRecipe } from '../../../lib/recipe/recipe.ts';
import { photo } from '../../support/pictures.ts';

const ORIGINAL = { width: 5_312, height: 2_988 };
const PREVIEW = { width: 1_280, height: 720 };

describe('a preview', () => {
  it.each<readonly [Edits, Format, boolean]>([
    [{ xsize: 320 }, 'jpg', true],
    [{ xsize: 640 }, 'webp', true],
    [{ xsize: 641 }, 'webp', false],
    [{ xsize: 320, dpr: 2 }, 'avif', true],
    [{ xsize: 320, dpr: 2.5 }, 'avif', false],
    [{ ysize: 360, rotate: 90 }, 'jpg', true],
    [{ ysize: 641, rotate: 90 }, 'jpg', false],
    [{ xsize: 300, ysize: 300, fit: 'cover' }, 'jpg', true],
    [{ xsize: 400, ysize: 400, fit: 'cover' }, 'jpg', false],
    [{ xsize: 1_000, ysize: 300, fit: 'contain' }, 'jpg', true],
    [{ xsize: 300, blur: 2, grayscale: true, negate: true }, 'jpg', true],
    [{ xsize: 320 }, 'png', false],
    [{}, 'jpg', false],
    [{ xsize: 320, crop: [0, 0, 9, 9] }, 'jpg', false],
    [{ xsize: 320, page: 2 }, 'jpg', false],
    [{ xsize: 320, metadata: 'keep' }, 'jpg', false],
    [{ xsize: 320, normalise: true }, 'jpg', false],
    [{ xsize: 99, ysize: 99, fit: 'cover', gravity: 'attention' }, 'jpg', false],
  ])('serves %j as %s: %s', (edits, format, is) => {
    expect(isServedByPreview(toRecipe(edits, format), ORIGINAL, PREVIEW)).toBe(is);
  });

  it('serves no size that its own rounding would change', () => {
    const recipe = toRecipe({ xsize: 320 }, 'jpg');
    expect(isServedByPreview(recipe, { width: 4_000, height: 2_905 }, { width: 1_280, height: 930 })).toBe(
      false,
    );
    expect(isServedByPreview(recipe, { width: 4_000, height: 3_000 }, { width: 1_280, height: 960 })).toBe(
      true,
    );
  });
});

describe('what is made of a preview', () => {
  let original: Buffer;
  /** All of the original, so that no decoder scales it on the way. */
  let pixels: Buffer;
  let preview: Buffer;

  beforeAll(async () => {
    original = await sharp(photo()).jpeg({ quality: 95 }).toBuffer();
    pixels = await sharp(original).png({ compressionLevel: 1 }).toBuffer();
    const recipe = toRecipe({ xsize: 1280, ysize: 1280, quality: 90 }, 'jpg');
    preview = (await render(original, [recipe]))[0]?.bytes ?? Buffer.alloc(0);
  });

  it.each<readonly [number, Format]>([
    [320, 'jpg'],
    [640, 'jpg'],
    [320, 'webp'],
    [640, 'webp'],
    [640, 'avif'],
  ])('%d wide as %s is within 0.2 dB of what is made of the original', async (xsize, format) => {
    const recipe = toRecipe({ xsize }, format);
    const reference = await sharp(pixels).resize(xsize).raw().toBuffer();
    const decibels = async (source: Buffer): Promise<number> => {
      const [picture] = await render(source, [recipe]);
      return psnr(await sharp(picture?.bytes).raw().toBuffer(), reference);
    };
    const [ofOriginal, ofPreview] = [await decibels(original), await decibels(preview)];
    expect(ofPreview).toBeGreaterThan(ofOriginal - 0.2);
  });
});

function psnr(a: Buffer, b: Buffer): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += ((a[i] ?? 0) - (b[i] ?? 0)) ** 2;
  return 10 * Math.log10((255 * 255 * a.length) / sum);
}
