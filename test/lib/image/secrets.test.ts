import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { readDirectories } from '../../../lib/image/exif.ts';
import { render } from '../../../lib/image/render.ts';
import { FORMAT_NAMES } from '../../../lib/recipe/formats.ts';
import { type Recipe, toRecipe } from '../../../lib/recipe/recipe.ts';
import { PLANTED } from '../../support/planted.ts';
import { secretsIn } from '../../support/secrets.ts';

const RECIPES: readonly Recipe[] = [
  toRecipe({ negate: true }, 'source'),
  toRecipe({ thumbnail: true }, 'jpg'),
  toRecipe({ xsize: 1280, ysize: 1280, quality: 90 }, 'jpg'),
  ...FORMAT_NAMES.flatMap((format) => [
    toRecipe({ xsize: 40 }, format),
    toRecipe({ xsize: 40, metadata: 'keep' }, format),
  ]),
];

/** What may be told of a shot where it is asked for, and what libexif adds to it. */
const TOLD =
  /^(Make|Model|DateTime(Original)?|ExifTag|ExifVersion|FlashpixVersion|ComponentsConfiguration|ColorSpace|Pixel[XY]Dimension|[XY]Resolution|ResolutionUnit|YCbCrPositioning|Orientation)$/;

describe('no output tells of place, owner, serial number, XMP or anything else that it was not asked for', () => {
  test.each(Object.entries(PLANTED))('%s', async (_, plant) => {
    const source = await plant();
    expect((await secretsIn(source)).length).toBeGreaterThan(0);
    const outputs = await render(source, RECIPES);
    expect(outputs).toHaveLength(RECIPES.length);
    for (const { bytes } of outputs) {
      expect(await secretsIn(bytes)).toEqual([]);
      const { exif } = await sharp(bytes).metadata();
      const { image, photo, gps } = readDirectories(exif ?? Buffer.alloc(0));
      expect(Object.keys({ ...image, ...photo, ...gps }).filter((name) => !TOLD.test(name))).toEqual([]);
    }
  });
});

test('the Exif block of a negative holds the orientation and nothing else', async () => {
  for (const plant of Object.values(PLANTED)) {
    const [negative] = await render(await plant(), RECIPES.slice(0, 1));
    const { exif } = await sharp(negative?.bytes).metadata();
    expect(exif?.length ?? 0).toBeLessThan(64);
  }
});
