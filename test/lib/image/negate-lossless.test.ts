import { describe, expect, test } from 'vitest';
import { joinPages } from '../../../lib/image/tiff-pages.ts';
import { distance, negative, traits } from '../../support/negatives.ts';
import { animation, detail, detailWithAlpha, palettePng, png, rows } from '../../support/pictures.ts';

const DEFLATE = { compression: 'deflate' } as const;

const LOSSLESS: Readonly<Record<string, () => Promise<Buffer>>> = {
  'a PNG': async () => (await detail()).png().toBuffer(),
  'a PNG with alpha': async () => (await detailWithAlpha()).png().toBuffer(),
  'an interlaced PNG': async () =>
    (await detailWithAlpha()).png({ progressive: true, adaptiveFiltering: true }).toBuffer(),
  'a PNG with every filter': async () => (await detail(200, 150)).png({ adaptiveFiltering: true }).toBuffer(),
  'a PNG in 16 bits': async () => png({ width: 9, height: 7, depth: 16, colourType: 2, rows: rows(7, 54) }),
  'a PNG in 16 bits with alpha': async () =>
    png({ width: 9, height: 7, depth: 16, colourType: 6, rows: rows(7, 72) }),
  'a grey PNG': async () => png({ width: 9, height: 7, depth: 8, colourType: 0, rows: rows(7, 9) }),
  'a grey PNG with alpha': async () =>
    png({ width: 9, height: 7, depth: 8, colourType: 4, rows: rows(7, 18) }),
  'a grey PNG in 16 bits with alpha': async () =>
    png({ width: 9, height: 7, depth: 16, colourType: 4, rows: rows(7, 36) }),
  'a grey PNG of 1 bit': async () => png({ width: 13, height: 7, depth: 1, colourType: 0, rows: rows(7, 2) }),
  'a grey PNG of 4 bits with a transparent grey': async () =>
    png({
      width: 13,
      height: 7,
      depth: 4,
      colourType: 0,
      rows: rows(7, 7),
      chunks: [['tRNS', Buffer.from([0, 13])]],
    }),
  'a PNG with a transparent colour': async () =>
    png({
      width: 9,
      height: 7,
      depth: 8,
      colourType: 2,
      rows: rows(7, 27),
      chunks: [['tRNS', Buffer.from([0, 0, 0, 7, 0, 14])]],
    }),
  'a palette PNG with transparency': async () => palettePng(),
  'a PNG in Display P3': async () => (await detail()).withIccProfile('p3').png().toBuffer(),
  'a lossless WebP': async () => (await detail()).webp({ lossless: true }).toBuffer(),
  'a lossless WebP with colours under alpha 0': async () =>
    (await detailWithAlpha()).webp({ lossless: true, exact: true }).toBuffer(),
  'a lossless WebP in sRGB with its profile': async () =>
    (await detail()).withIccProfile('srgb').webp({ lossless: true }).toBuffer(),
  'a lossless WebP in Display P3': async () =>
    (await detail()).withIccProfile('p3').webp({ lossless: true }).toBuffer(),
  'a GIF': async () => (await detail()).gif().toBuffer(),
  'a GIF with frames, delays, loops and transparency': async () =>
    animation()
      .gif({ delay: [50, 60, 70, 80], loop: 3 })
      .toBuffer(),
  'a lossless AVIF': async () => (await detail()).avif({ lossless: true, effort: 0 }).toBuffer(),
  'a lossless AVIF with alpha': async () =>
    (await detailWithAlpha()).avif({ lossless: true, effort: 0 }).toBuffer(),
  'a TIFF': async () => (await detail()).tiff(DEFLATE).toBuffer(),
  'a TIFF with alpha': async () => (await detailWithAlpha()).tiff(DEFLATE).toBuffer(),
  'a TIFF in 16 bits': async () => (await detail()).toColourspace('rgb16').tiff(DEFLATE).toBuffer(),
  'a grey TIFF': async () =>
    (await detail())
      .toColourspace('b-w')
      .tiff({ ...DEFLATE, tile: true })
      .toBuffer(),
  'a TIFF of 1 bit': async () =>
    (await detail()).toColourspace('b-w').tiff({ compression: 'ccittfax4', bitdepth: 1 }).toBuffer(),
  'a TIFF in Display P3': async () => (await detail()).withIccProfile('p3').tiff(DEFLATE).toBuffer(),
  'a TIFF of pages': async () => animation().tiff(DEFLATE).toBuffer(),
  'a TIFF whose pages differ': async () =>
    joinPages([
      await (await detail(31, 20)).tiff(DEFLATE).toBuffer(),
      await (await detail(12, 33)).toColourspace('b-w').tiff(DEFLATE).toBuffer(),
      await (await detail(500, 300)).tiff({ ...DEFLATE, tile: true }).toBuffer(),
    ]),
};

describe('the negative of what is stored without loss is exact, and twice is the picture again', () => {
  test.each(Object.entries(LOSSLESS))('%s', async (_, make) => {
    const source = await make();
    const once = await negative(source);
    expect(await traits(once)).toEqual(await traits(source));
    expect(await distance(source, once, true)).toBe(0);
    expect(await distance(source, await negative(once), false)).toBe(0);
  });
});
