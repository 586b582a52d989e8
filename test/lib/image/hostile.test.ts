import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { render } from '../../../lib/image/render.ts';
import { joinPages } from '../../../lib/image/tiff-pages.ts';
import { toRecipe } from '../../../lib/recipe/recipe.ts';
import { animation, detail, detailWithAlpha, palettePng, photo, png } from '../../support/pictures.ts';

const NEGATIVE = toRecipe({ negate: true }, 'source');
const THUMBNAIL = toRecipe({ thumbnail: true }, 'jpg');

async function refusal(
  source: Buffer,
  recipes = [NEGATIVE, THUMBNAIL],
): Promise<{ code: string; message: string }> {
  return render(source, recipes).then(
    () => ({ code: 'none', message: '' }),
    (error) => ({ code: error.code, message: error.message }),
  );
}

/** A header that says so much, and hardly any pixels. */
function claims(width: number, height: number, depth = 8, interlaced = false): Buffer {
  return png({ width, height, depth, colourType: 6, rows: [Buffer.alloc(64)], interlaced });
}

test.each<[string, Buffer, RegExp]>([
  ['1,000,000 × 45 pixels', claims(1_000_000, 45), /1,000,000 × 45 pixels; a side may have 16,383/],
  ['51 megapixels', claims(10_200, 5_000), /51,000,000 pixels; it may have 50,000,000/],
  ['26 megapixels of 16 bits', claims(5_200, 5_000, 16), /may have 25,000,000/],
  ['26 megapixels, interlaced', claims(5_200, 5_000, 8, true), /may have 25,000,000/],
])('%s are refused before they are decoded', async (_, source, message) => {
  const before = process.memoryUsage.rss();
  expect(await refusal(source)).toEqual({ code: 'IMAGE_TOO_LARGE', message: expect.stringMatching(message) });
  expect(process.memoryUsage.rss() - before).toBeLessThan(64e6);
});

test('frames count as pixels', async () => {
  const source = await animation(8, 100, 100).gif().toBuffer();
  const limits = { maxSourcePixels: 60_000 };
  await expect(render(source, [THUMBNAIL], { limits })).rejects.toThrow(
    '70,000 pixels on 7 pages or frames; it may have 60,000',
  );
  await expect(render(source, [THUMBNAIL], { limits: { maxFrames: 6 } })).rejects.toMatchObject({
    code: 'IMAGE_TOO_LARGE',
  });
});

test('the limits count every page of a TIFF, not the first alone', async () => {
  const [small, large] = [
    await (await detail(5, 5)).tiff().toBuffer(),
    await (await detail(300, 200)).tiff().toBuffer(),
  ];
  const source = joinPages([small, large]);
  await expect(render(source, [THUMBNAIL], { limits: { maxSourceSide: 299 } })).rejects.toThrow(
    '300 × 200 pixels',
  );
  await expect(render(source, [THUMBNAIL], { limits: { maxSourcePixels: 60_024 } })).rejects.toThrow(
    '60,025 pixels on 2',
  );
});

describe('a result over the limits is refused with the size that fits', () => {
  test('of an AVIF', async () => {
    const { code, message } = await refusal(photo(), [toRecipe({}, 'avif')]);
    expect(code).toBe('RESULT_TOO_LARGE');
    const [, xsize, ysize] = message.match(/xsize=(\d+)&ysize=(\d+)/) ?? [];
    expect(Number(xsize) * Number(ysize)).toBeLessThanOrEqual(4_000_000);
    expect(Number(xsize)).toBeGreaterThan(2_600);
  });

  test('of a box that contain fills up', async () => {
    const { code } = await refusal(photo(), [toRecipe({ xsize: 8192, ysize: 8192, fit: 'contain' }, 'png')]);
    expect(code).toBe('RESULT_TOO_LARGE');
  });
});

const WHOLE: Readonly<Record<string, () => Promise<Buffer>>> = {
  'a JPEG': async () => (await detail()).jpeg().toBuffer(),
  'a progressive JPEG': async () => (await detail()).jpeg({ progressive: true }).toBuffer(),
  'a PNG': async () => (await detail()).png().toBuffer(),
  'an interlaced PNG': async () => (await detail()).png({ progressive: true }).toBuffer(),
  'a palette PNG': async () => palettePng(),
  'a WebP': async () => (await detail()).webp().toBuffer(),
  'a lossless WebP': async () => (await detailWithAlpha()).webp({ lossless: true }).toBuffer(),
  'an animated WebP': async () => animation().webp().toBuffer(),
  'an AVIF': async () => (await detail()).avif({ effort: 0 }).toBuffer(),
  'a GIF': async () => (await detail()).gif().toBuffer(),
  'an animated GIF': async () => animation(6, 60, 60).gif().toBuffer(),
  'a TIFF': async () => (await detail()).tiff({ compression: 'lzw' }).toBuffer(),
};

describe('what is cut short is BROKEN_IMAGE, for the negative as for a derivative', () => {
  test.each(Object.entries(WHOLE))('%s', async (_, make) => {
    const source = await make();
    for (const part of [0.3, 0.6, 0.9]) {
      const cut = source.subarray(0, Math.floor(source.length * part));
      expect(await refusal(cut, [NEGATIVE])).toMatchObject({ code: 'BROKEN_IMAGE' });
      expect(await refusal(cut, [THUMBNAIL])).toMatchObject({ code: 'BROKEN_IMAGE' });
    }
  });
});

describe('what is odd but complete passes', () => {
  test.each(Object.entries(WHOLE).filter(([name]) => name !== 'an AVIF'))(
    '%s with bytes behind its end',
    async (_, make) => {
      expect(await refusal(Buffer.concat([await make(), Buffer.from('bytes behind the end')]))).toMatchObject(
        { code: 'none' },
      );
    },
  );

  test('a PNG whose text has a wrong checksum', async () => {
    const source = palettePng(['tEXt', Buffer.from('Author\0Jo')]);
    source.write('Z', source.indexOf('Author'));
    expect(await refusal(source)).toMatchObject({ code: 'none' });
  });

  test('a GIF without its last byte', async () => {
    const source = await animation().gif().toBuffer();
    expect(await refusal(source.subarray(0, -1))).toMatchObject({ code: 'none' });
  });
});

test('pictures with random damage are rendered or refused with a code, and never bring down the process', async () => {
  let seed = 1;
  const random = (below: number): number => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  const seen = new Set<string>();
  for (const make of Object.values(WHOLE)) {
    const whole = await make();
    for (let round = 0; round < 12; round += 1) {
      const damaged = Buffer.from(whole);
      for (let hits = 1 + random(6); hits > 0; hits -= 1) damaged[random(damaged.length)] = random(256);
      seen.add((await refusal(damaged)).code);
    }
  }
  expect(
    [...seen]
      .sort()
      .filter((code) => !['none', 'BROKEN_IMAGE', 'UNSUPPORTED_IMAGE', 'IMAGE_TOO_LARGE'].includes(code)),
  ).toEqual([]);
});

test('libvips reads nothing but our formats, even if it is asked without us', async () => {
  await refusal(photo().subarray(0, 100));
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
  await expect(sharp(svg).metadata()).rejects.toThrow('unsupported');
  await expect(
    sharp(new URL('../../fixtures/seeding.jpg', import.meta.url).pathname).metadata(),
  ).rejects.toThrow();
});
