import sharp, { type Sharp } from 'sharp';
import { describe, expect, test } from 'vitest';
import type { Edits } from '../../../lib/recipe/modifiers.ts';
import { toRecipe } from '../../../lib/recipe/recipe.ts';
import { BLUE, corners, LIME, one, quarters, RED, WHITE } from '../../support/derivatives.ts';
import { negative } from '../../support/negatives.ts';

const UPRIGHT = [RED, LIME, BLUE, WHITE];
const NEGATED = ['0,255,255', '255,0,255', '255,255,0', '0,0,0'];

/** How a camera that is held so stores what is `UPRIGHT`: the corners in its rows, and whether its sides change places (Exif 3.0, 4.6.5.1.6). */
const STORED: readonly (readonly [orientation: number, corners: readonly string[], turned: boolean])[] = [
  [1, ['red', 'lime', 'blue', 'white'], false],
  [2, ['lime', 'red', 'white', 'blue'], false],
  [3, ['white', 'blue', 'lime', 'red'], false],
  [4, ['blue', 'white', 'red', 'lime'], false],
  [5, ['red', 'blue', 'lime', 'white'], true],
  [6, ['lime', 'white', 'red', 'blue'], true],
  [7, ['white', 'lime', 'blue', 'red'], true],
  [8, ['blue', 'red', 'white', 'lime'], true],
];

const FORMATS: Readonly<Record<string, (image: Sharp) => Sharp>> = {
  JPEG: (image) => image.jpeg({ quality: 100, chromaSubsampling: '4:4:4' }),
  'progressive JPEG': (image) => image.jpeg({ quality: 100, progressive: true }),
  PNG: (image) => image.png(),
  'palette PNG': (image) => image.png({ palette: true }),
  WebP: (image) => image.webp({ lossless: true }),
  TIFF: (image) => image.tiff({ compression: 'deflate' }),
  AVIF: (image) => image.avif({ lossless: true, effort: 0 }),
};

describe.each(Object.entries(FORMATS))('a %s', (_, encode) => {
  test.each(STORED)(
    'of orientation %i comes out upright, negated and derived',
    async (orientation, colours, turned) => {
      const [width, height] = turned ? [40, 80] : [80, 40];
      const pixels = sharp(await quarters(width, height, colours));
      const source = await encode(pixels.withMetadata({ orientation })).toBuffer();
      // An AVIF is turned by its container, of which libvips says nothing.
      expect((await sharp(source).metadata()).orientation ?? orientation).toBe(orientation);
      expect(await upright(await negative(source))).toEqual(NEGATED);
      expect(await upright(await negative(await negative(source)))).toEqual(UPRIGHT);
      for (const [edits, wanted] of DERIVED) {
        const bytes = await one(source, toRecipe(edits, 'png'));
        expect((await sharp(bytes).metadata()).orientation ?? 1).toBe(1);
        expect((await corners(bytes)).map(pure)).toEqual(wanted);
      }
    },
  );
});

const DERIVED: readonly (readonly [Edits, readonly string[]])[] = [
  [{}, UPRIGHT],
  [{ xsize: 20, ysize: 20 }, UPRIGHT],
  [{ crop: [40, 0, 40, 40] }, [LIME, LIME, WHITE, WHITE]],
  [{ rotate: 90, negate: true }, ['255,255,0', '0,255,255', '0,0,0', '255,0,255']],
];

/** The corners as a viewer shows them. */
async function upright(bytes: Buffer): Promise<readonly string[]> {
  const shown = await sharp(bytes).autoOrient().png().toBuffer();
  const { width, height } = await sharp(shown).metadata();
  expect([width, height]).toEqual([80, 40]);
  return (await corners(shown)).map(pure);
}

/** Without what JPEG loses. */
function pure(colour: string): string {
  return colour
    .split(',')
    .slice(0, 3)
    .map((value) => (Number(value) > 127 ? 255 : 0))
    .join();
}
