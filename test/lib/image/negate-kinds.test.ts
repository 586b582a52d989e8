import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { readBlocks } from '../../../lib/image/gif-blocks.ts';
import { render } from '../../../lib/image/render.ts';
import { toRecipe } from '../../../lib/recipe/recipe.ts';
import { size } from '../../support/derivatives.ts';
import { distance, negative } from '../../support/negatives.ts';
import { animation, detail, png, rows } from '../../support/pictures.ts';
import { PLANTED } from '../../support/planted.ts';

describe('colours that are no device’s become sRGB, and these are negated', () => {
  test.each(['cmyk', 'lab'] as const)('of a TIFF in %s', async (space) => {
    const source = await (await detail()).toColourspace(space).tiff({ compression: 'deflate' }).toBuffer();
    const once = await negative(source);
    expect(await sharp(once).metadata()).toMatchObject({
      format: 'tiff',
      channels: 3,
      space: 'srgb',
      depth: 'uchar',
    });
    const shown = await sharp(source).toColourspace('srgb').png().toBuffer();
    expect(await distance(shown, once, true)).toBeLessThanOrEqual(1);
  });
});

test.each([1, 2, 4])('a grey PNG of %i bits is negated to the bit, interlaced too', async (depth) => {
  const rowBytes = Math.ceil((13 * depth) / 8);
  const source = png({ width: 13, height: 7, depth, colourType: 0, rows: rows(7, rowBytes) });
  expect(await distance(source, await negative(source), true)).toBe(0);
  expect(await negative(await negative(source))).toEqual(
    await negative(await negative(await negative(await negative(source)))),
  );
});

test('a GIF keeps every byte of its frames: pixels, delays, disposal and transparency', async () => {
  const source = await animation()
    .gif({ delay: [50, 60, 70, 80], loop: 3 })
    .toBuffer();
  // What becomes of a frame before the next: stays, the background again, or what was there before.
  const controls = readBlocks(source).filter((block) => block.type === 'extension' && block.label === 0xf9);
  for (const [frame, { data }] of controls.entries())
    data.writeUInt8((data.readUInt8(1) & ~0x1c) | (((frame % 3) + 1) * 4), 1);
  const [from, to] = [source, await negative(source)].map((gif) => readBlocks(gif));
  expect(controls.length).toBeGreaterThan(2);
  expect(to?.map(({ data }) => data)).toEqual(from?.map(({ data }) => data));
  expect(await negative(await negative(source))).toEqual(source);
});

test.each(Object.entries(PLANTED))('equal calls give equal negatives: %s', async (_, make) => {
  const source = await make();
  const outputs = async () =>
    render(source, [toRecipe({ negate: true }, 'source'), toRecipe({ thumbnail: true }, 'jpg')]);
  expect(await outputs()).toEqual(await outputs());
});

test('a box is filled by the longer side, and no side becomes 0', async () => {
  const [odd, line] = [
    await (await detail(51, 50)).png().toBuffer(),
    await (await detail(1, 300)).png().toBuffer(),
  ];
  expect([await size(odd, { thumbnail: true }), await size(line, { thumbnail: true })]).toEqual([
    '50×49',
    '1×50',
  ]);
});
