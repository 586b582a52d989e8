import sharp from 'sharp';
import { expect, test } from 'vitest';
import { isLosslessAvif } from '../../../lib/image/av1.ts';
import { isSrgb } from '../../../lib/image/icc.ts';
import { detail, detailWithAlpha } from '../../support/pictures.ts';

async function profile(name: string): Promise<Buffer> {
  const bytes = await (await detail()).withIccProfile(name).png().toBuffer();
  return (await sharp(bytes).metadata()).icc ?? Buffer.alloc(0);
}

test('a profile is sRGB by its numbers, not by its name', async () => {
  const [srgb, p3] = [await profile('srgb'), await profile('p3')];
  expect(isSrgb(srgb)).toBe(true);
  expect(isSrgb(p3)).toBe(false);
  const renamed = Buffer.from(p3.toString('latin1').replaceAll('P\x003', 's\x00R'), 'latin1');
  expect(isSrgb(renamed)).toBe(false);
});

test('no part of a profile is taken for sRGB, and none throws', async () => {
  const srgb = await profile('srgb');
  for (let length = 0; length < srgb.length - 40; length += 3)
    expect(isSrgb(srgb.subarray(0, length))).toBe(false);
});

test.each([
  ['small', 61, 43],
  ['a pixel', 1, 1],
  ['of many blocks', 640, 400],
  ['of many tiles', 4200, 70],
])('an AVIF is known as lossless or not: %s', async (_, width, height) => {
  for (const picture of [await detail(width, height), await detailWithAlpha(width, height)]) {
    const lossless = await picture.clone().avif({ lossless: true, effort: 0 }).toBuffer();
    const lossy = await picture
      .clone()
      .avif({ quality: 95, effort: 0, chromaSubsampling: '4:2:0' })
      .toBuffer();
    const deep = await picture.clone().avif({ quality: 80, effort: 0, bitdepth: 10 }).toBuffer();
    expect([lossless, lossy, deep].map(isLosslessAvif)).toEqual([true, false, false]);
    for (let cut = 0; cut < 400; cut += 7)
      expect(typeof isLosslessAvif(lossless.subarray(0, cut))).toBe('boolean');
  }
});
