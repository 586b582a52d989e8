import { inflateSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { readWebp, writeWebp } from '../../../lib/image/webp-chunks.ts';
import { distance, negative, traits } from '../../support/negatives.ts';
import {
  animatedPng,
  animation,
  cameraPhoto,
  detail,
  detailWithAlpha,
  palettePng,
} from '../../support/pictures.ts';

const LOSSY: Readonly<Record<string, () => Promise<Buffer>>> = {
  'a JPEG': async () => (await detail()).jpeg({ quality: 90, chromaSubsampling: '4:4:4' }).toBuffer(),
  'a grey JPEG': async () => (await detail()).toColourspace('b-w').jpeg().toBuffer(),
  'a JPEG in Display P3': async () =>
    (await detail()).withIccProfile('p3').jpeg({ chromaSubsampling: '4:4:4' }).toBuffer(),
  'a lossy WebP': async () => (await detail()).blur(3).webp({ quality: 90 }).toBuffer(),
  'an AVIF': async () => (await detail()).avif({ quality: 70, effort: 0 }).toBuffer(),
};

describe('the negative of what is stored with loss is near, in the same format', () => {
  test.each(Object.entries(LOSSY))('%s', async (_, make) => {
    const source = await make();
    const once = await negative(source);
    expect(await traits(once)).toEqual(await traits(source));
    expect(await distance(source, once, true)).toBeLessThan(26);
  });
});

test('a lossy WebP keeps its alpha to the bit', async () => {
  const source = await (await detailWithAlpha()).webp({ quality: 80 }).toBuffer();
  const alpha = async (bytes: Buffer): Promise<Buffer> =>
    sharp(bytes).extractChannel('alpha').raw().toBuffer();
  expect(await alpha(await negative(source))).toEqual(await alpha(source));
});

test('an AVIF of 10 bits stays one', async () => {
  const source = await (await detail()).avif({ bitdepth: 10, effort: 0 }).toBuffer();
  expect(await traits(await negative(source))).toEqual(await traits(source));
  expect(await distance(source, await negative(source), true)).toBeLessThan(26 * 257);
});

test('an animated WebP keeps its frames, equal ones too, their delays and the loops', async () => {
  const chunks = readWebp(
    await animation()
      .webp({ lossless: true, exact: true, delay: [50, 60, 70, 80], loop: 3 })
      .toBuffer(),
  );
  const last = chunks.at(-1);
  const source = writeWebp(last ? [...chunks, last, { type: 'EXIF', data: Buffer.from('secret') }] : chunks);
  const once = await negative(source);
  expect(await traits(once)).toEqual(await traits(source));
  expect((await sharp(source).metadata()).delay).toEqual([50, 60, 150, 150]);
  expect(await distance(source, once, true)).toBe(0);
  expect(await distance(source, await negative(once), false)).toBe(0);
  expect(once.includes('secret')).toBe(false);
});

test('a WebP that is an animation of one frame stays lossless', async () => {
  const chunks = readWebp(await animation().webp({ lossless: true, exact: true }).toBuffer());
  const first = chunks.findIndex(({ type }) => type === 'ANMF');
  const source = writeWebp(chunks.slice(0, first + 1));
  expect(await distance(source, await negative(source), true)).toBe(0);
});

test('a lossy animated WebP with alpha stays lossy', async () => {
  const source = await animation(3, 64, 48)
    .webp({ quality: 80, delay: [50, 60, 70] })
    .toBuffer();
  const once = await negative(source);
  expect(await traits(once)).toEqual(await traits(source));
  expect(once.includes('VP8L')).toBe(false);
});

test('inks of a CMYK JPEG become colours, and these are negated', async () => {
  const source = await (await detail())
    .toColourspace('cmyk')
    .withIccProfile('cmyk')
    .jpeg({ quality: 95 })
    .toBuffer();
  const once = await negative(source);
  expect(await sharp(once).metadata()).toMatchObject({ format: 'jpeg', channels: 3, space: 'srgb' });
  const shown = await sharp(source).toColourspace('srgb').png().toBuffer();
  expect(await distance(shown, once, true)).toBeLessThan(40);
});

test.each([1, 2, 3, 4, 5, 6, 7, 8])('a JPEG of orientation %i comes out upright', async (orientation) => {
  const source = await cameraPhoto(orientation);
  const once = await negative(source);
  expect((await sharp(once).metadata()).autoOrient).toEqual((await sharp(source).metadata()).autoOrient);
  expect(await distance(source, once, true)).toBeLessThan(26);
});

test('a palette PNG or a truecolour PNG that lies on its side still displays upright', async () => {
  const source = await (await detail()).withMetadata({ orientation: 6 }).png().toBuffer();
  const once = await negative(source);
  const { exif, autoOrient } = await sharp(once).metadata();
  expect(autoOrient).toEqual({ width: 43, height: 61 });
  expect(exif?.length).toBeLessThan(64);
  expect(await distance(source, once, true)).toBe(0);
});

test('a palette PNG keeps its pixels as they are stored and loses its texts', async () => {
  const source = palettePng(
    ['tEXt', Buffer.from('Author\0Jo Owner')],
    ['bKGD', Buffer.from([1])],
    ['gAMA', Buffer.from([0, 0, 177, 143])],
  );
  const once = await negative(source);
  const idat = source.subarray(source.indexOf('IDAT'), source.indexOf('IEND'));
  expect(once.includes(idat)).toBe(true);
  expect([once.includes('Jo Owner'), once.includes('bKGD'), once.includes('gAMA')]).toEqual([
    false,
    false,
    true,
  ]);
});

test('a PNG that moves keeps its frames, each of them negated', async () => {
  const once = await negative(animatedPng());
  const frameOf = (bytes: Buffer): Buffer => {
    const at = bytes.indexOf('fdAT');
    return inflateSync(bytes.subarray(at + 8, at + 4 + bytes.readUInt32BE(at - 4)));
  };
  const [from, to] = [frameOf(animatedPng()), frameOf(once)];
  expect(to).toEqual(from.map((value, at) => (at % 19 === 0 ? value : 255 - value)));
  expect(await negative(once)).toEqual(await negative(await negative(await negative(once))));
});

test('a GIF loses its comments and XMP and keeps its length otherwise', async () => {
  const plain = await animation().gif({ loop: 3 }).toBuffer();
  const comment = Buffer.concat([Buffer.from([0x21, 0xfe, 8]), Buffer.from('Jo Owner'), Buffer.alloc(1)]);
  const at = plain.indexOf(Buffer.from([0x21, 0xf9]));
  const source = Buffer.concat([plain.subarray(0, at), comment, plain.subarray(at)]);
  const once = await negative(source);
  expect(once.includes('Jo Owner')).toBe(false);
  expect(await negative(once)).toEqual(plain);
});
