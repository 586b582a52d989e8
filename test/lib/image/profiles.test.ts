import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { plainProfile } from '../../../lib/image/plain-profile.ts';
import { toRecipe } from '../../../lib/recipe/recipe.ts';
import { colourAt, one } from '../../support/derivatives.ts';
import { distance, negative, traits } from '../../support/negatives.ts';
import { detail, palettePng, png, rows } from '../../support/pictures.ts';
import { ADOBE_RGB, GREY_GAMMA_1_8, profile } from '../../support/profiles.ts';

const ADOBE = profile({ ...ADOBE_RGB, text: 'a display' });
const GREY = profile({ ...GREY_GAMMA_1_8, text: 'a scanner' });

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'darkroom-profiles-'));
  await Promise.all([writeFile(join(folder, 'adobe'), ADOBE), writeFile(join(folder, 'grey'), GREY)]);
});
afterAll(() => rm(folder, { recursive: true }));

type Encode = (image: Sharp) => Sharp;
const ENCODE: Readonly<Record<string, Encode>> = {
  png: (image) => image.png(),
  webp: (image) => image.webp({ lossless: true }),
  tif: (image) => image.tiff({ compression: 'deflate' }),
  jpg: (image) => image.jpeg({ quality: 100, chromaSubsampling: '4:4:4' }),
  avif: (image) => image.avif({ lossless: true, effort: 0 }),
};

/** A picture with its colours in a profile's own values, and that profile. */
function tagged(image: Sharp, name: 'adobe' | 'grey', encode: Encode): Promise<Buffer> {
  return encode(image.withIccProfile(join(folder, name))).toBuffer();
}

describe('colours come out as their profile means them', () => {
  const colours = [
    [128, 128, 128],
    [180, 120, 90],
    [90, 140, 110],
    [60, 70, 120],
  ] as const;

  test.each(Object.entries(ENCODE))('of Adobe RGB in %s', async (_, encode) => {
    for (const values of colours) {
      const { device, shown } = await flat(values, 'adobe', encode);
      expect(device).not.toEqual(shown);
      expect(farthest(shown, adobeToSrgb(device))).toBeLessThanOrEqual(2);
    }
  });

  test.each(['png', 'tif', 'jpg'])('of grey in %s', async (name) => {
    for (const value of [20, 90, 128, 220]) {
      const { device, shown } = await flat([value], 'grey', ENCODE[name] ?? ((image) => image));
      const wanted = srgbOf(((device[0] ?? 0) / 255) ** GREY_GAMMA_1_8.gamma);
      expect(farthest(shown, [wanted, wanted, wanted])).toBeLessThanOrEqual(2);
    }
  });

  async function flat(values: readonly number[], name: 'adobe' | 'grey', encode: Encode) {
    const channels = values.length as 1 | 3;
    const data = Buffer.from(Array.from({ length: 256 }, () => values).flat());
    const image = sharp(data, { raw: { width: 16, height: 16, channels } });
    const source = await tagged(channels === 1 ? image.toColourspace('b-w') : image, name, encode);
    const { icc } = await sharp(source).metadata();
    expect(icc).toEqual(name === 'grey' ? GREY : ADOBE);
    return { device: await valuesOf(source), shown: await valuesOf(await one(source, toRecipe({}, 'png'))) };
  }

  async function valuesOf(picture: Buffer): Promise<readonly number[]> {
    return (await colourAt(picture, 8, 8)).split(',').map(Number);
  }
});

describe('the negative has the device values turned and the profile kept, without what it tells besides', () => {
  test.each(Object.entries(ENCODE))('in %s', async (name, encode) => {
    const source = await tagged(await detail(), 'adobe', encode);
    const once = await negative(source);
    expect(await traits(once)).toEqual(await traits(source));
    expect(await distance(source, once, true)).toBeLessThanOrEqual(name === 'jpg' ? 8 : 0);
    expect((await sharp(once).metadata()).icc).toEqual(plainProfile(ADOBE));
    expect(await negative(await negative(once))).toEqual(once);
  });

  test('also where the profile is longer than a segment of a JPEG', async () => {
    const long = profile({ ...ADOBE_RGB, tags: [['A2B9', Buffer.alloc(150_000, 'SECRET')]] });
    await writeFile(join(folder, 'adobe'), long);
    const source = await tagged(await detail(), 'adobe', (image) => image.jpeg());
    await writeFile(join(folder, 'adobe'), ADOBE);
    expect(source.includes('SECRET')).toBe(true);
    const once = await negative(source);
    expect(once.includes('SECRET')).toBe(false);
    expect((await sharp(once).metadata()).icc).toEqual(plainProfile(long));
  });
});

describe('what is no profile is left out, and the picture is taken for sRGB, as it is shown', () => {
  const chunk = (packed: Buffer): readonly [string, Buffer] => [
    'iCCP',
    Buffer.concat([Buffer.from('x\0\0'), packed]),
  ];

  test.each<[string, Buffer]>([
    ['junk', deflateSync(Buffer.alloc(3_000, 'SECRET'))],
    ['what cannot be unpacked', Buffer.from('SECRET')],
    ['what unpacks to half a gigabyte', deflateSync(Buffer.alloc(500_000_000))],
  ])('of a PNG: %s', async (_, packed) => {
    const before = process.memoryUsage.rss();
    const colours = { width: 9, height: 7, depth: 8, colourType: 2, rows: rows(7, 27) };
    for (const [source, untagged] of [
      [png({ ...colours, chunks: [chunk(packed)] }), png(colours)],
      [palettePng(chunk(packed)), palettePng()],
    ] as const) {
      expect(await negative(source)).toEqual(await negative(untagged));
      expect(await one(source, toRecipe({}, 'png'))).toEqual(await one(untagged, toRecipe({}, 'png')));
    }
    expect(process.memoryUsage.rss() - before).toBeLessThan(128e6);
  });

  test('of a WebP, a TIFF and an AVIF', async () => {
    for (const encode of [ENCODE.webp, ENCODE.tif, ENCODE.avif]) {
      const source = encode ? await tagged(await detail(), 'adobe', encode) : Buffer.alloc(0);
      source.write('XXXX', source.indexOf('acsp'), 'latin1');
      const once = await negative(source);
      expect((await sharp(once).metadata()).icc).toBeUndefined();
      expect(await distance(source, once, true)).toBe(0);
    }
  });
});

function farthest(values: readonly number[], wanted: readonly number[]): number {
  return Math.max(...wanted.map((value, at) => Math.abs(value - (values[at] ?? 0))));
}

/** By the definition of both spaces, over XYZ at D50. */
function adobeToSrgb(values: readonly number[]): readonly number[] {
  const linear = values.map((value) => (value / 255) ** ADOBE_RGB.gamma);
  const xyz = [0, 1, 2].map((row) =>
    linear.reduce((sum, value, channel) => sum + value * (ADOBE_RGB.colorants[channel]?.[row] ?? 0), 0),
  );
  return XYZ_D50_TO_SRGB.map((row) =>
    srgbOf(row.reduce((sum, factor, at) => sum + factor * (xyz[at] ?? 0), 0)),
  );
}

const XYZ_D50_TO_SRGB = [
  [3.1338561, -1.6168667, -0.4906146],
  [-0.9787684, 1.9161415, 0.033454],
  [0.0719453, -0.2289914, 1.4052427],
];

function srgbOf(linear: number): number {
  const level = linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055;
  return Math.round(255 * Math.min(1, Math.max(0, level)));
}
