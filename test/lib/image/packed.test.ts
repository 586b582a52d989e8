import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { describe } from '../../../lib/image/describe.ts';
import { LIMITS } from '../../../lib/image/limits.ts';
import { readChunks, withoutTexts, writeChunks } from '../../../lib/image/png-chunks.ts';
import { render } from '../../../lib/image/render.ts';
import { toRecipe } from '../../../lib/recipe/recipe.ts';
import { animation, detail, palettePng, png, rows } from '../../support/pictures.ts';

const RECIPES = [toRecipe({ negate: true }, 'source'), toRecipe({ thumbnail: true }, 'jpg')];
const COLOURS = { width: 9, height: 7, depth: 8, colourType: 2, rows: rows(7, 27) };

test.each<[string, string]>([
  ['zTXt', 'k\0\0'],
  ['iTXt', 'k\0\x01\0\0\0'],
])('texts of a PNG (%s) that unpack to a thousand times their bytes are not unpacked', async (type, head) => {
  const bomb = Buffer.concat([Buffer.from(head), deflateSync(Buffer.alloc(7_900_000))]);
  const source = png({ ...COLOURS, chunks: Array.from({ length: 40 }, () => [type, bomb] as const) });
  expect(source.length).toBeLessThan(400_000);
  const before = process.memoryUsage.rss();
  await describe(source);
  expect(await render(source, RECIPES)).toEqual(await render(png(COLOURS), RECIPES));
  expect(process.memoryUsage.rss() - before).toBeLessThan(100e6);
});

test('a PNG without texts is read as it is', () => {
  const source = png(COLOURS);
  expect(withoutTexts(source)).toBe(source);
});

test('an AVIF may have fewer pixels than others, since it is held whole', async () => {
  const source = await (await detail()).avif({ effort: 0 }).toBuffer();
  await expect(render(source, RECIPES, { limits: { maxAvifSourcePixels: 2_622 } })).rejects.toMatchObject({
    code: 'IMAGE_TOO_LARGE',
    message: 'The picture has 2,623 pixels; it may have 2,622 as an AVIF.',
  });
  expect(LIMITS.maxAvifSourcePixels * 40).toBeLessThan(1_769e6);
});

test('chunks of a PNG that are shorter than they have to be are left out, frames of an animation among them', async () => {
  const short = ['fcTL', 'acTL', 'gAMA', 'iCCP', 'pHYs'].map((type) => [type, Buffer.of(1)] as const);
  const [negative] = await render(png({ ...COLOURS, chunks: short }), RECIPES.slice(0, 1));
  expect(negative?.bytes).toEqual((await render(png(COLOURS), RECIPES))[0]?.bytes);
});

test.each<[string, (pixels: Buffer) => Buffer]>([
  ['cannot be unpacked', () => Buffer.from('no zlib')],
  ['end before the last row', () => deflateSync(Buffer.alloc(20))],
  ['have a filter that there is not', () => deflateSync(Buffer.alloc(81, 9))],
])('a palette PNG whose pixels %s is BROKEN_IMAGE, although they would not be touched', async (_, damage) => {
  const chunks = readChunks(palettePng()).map(({ type, data }) => ({
    type,
    data: type === 'IDAT' ? damage(data) : data,
  }));
  const source = writeChunks(chunks);
  await expect(render(source, RECIPES.slice(0, 1))).rejects.toMatchObject({ code: 'BROKEN_IMAGE' });
});

test('a palette PNG whose pixels lack their end has a negative that every decoder reads', async () => {
  const whole = readChunks(palettePng());
  const source = writeChunks(
    whole.map(({ type, data }) => ({ type, data: type === 'IDAT' ? data.subarray(0, -5) : data })),
  );
  const [negative] = await render(source, RECIPES.slice(0, 1));
  const [expected] = await render(palettePng(), RECIPES.slice(0, 1));
  const pixels = (png: Buffer | undefined) => sharp(png, { failOn: 'warning' }).raw().toBuffer();
  expect(await pixels(negative?.bytes)).toEqual(await pixels(expected?.bytes));
});

test('a frame of a WebP that stands for hours stands as long as can be written', async () => {
  const source = await animation()
    .webp({ delay: [50, 60, 70, 80] })
    .toBuffer();
  source.writeUIntLE(0xffffff, source.indexOf('ANMF') + 8 + 12, 3);
  const [rendered] = await render(source, [toRecipe({ xsize: 10 }, 'webp')]);
  expect((await sharp(rendered?.bytes).metadata()).delay?.[0]).toBe(65_535);
});
