import { expect, it, describe as suite } from 'vitest';
import { describe } from '../../../lib/image/describe.ts';
import { animation, cameraPhoto, detail, detailWithAlpha, photo } from '../../support/pictures.ts';

suite('a picture is described', () => {
  it('by its headers', async () => {
    expect(await describe(photo())).toEqual({
      ...{ format: 'jpg', width: 5312, height: 2988, depth: 8, space: 'srgb', hasAlpha: false },
      ...{ orientation: 1, density: 72, pages: 1, exif: {} },
    });
  });

  it.each([
    [
      '16 bits',
      async () => (await detail()).toColourspace('rgb16').png().toBuffer(),
      { format: 'png', depth: 16 },
    ],
    ['alpha', async () => (await detailWithAlpha()).webp().toBuffer(), { format: 'webp', hasAlpha: true }],
    ['grey', async () => (await detail()).toColourspace('b-w').png().toBuffer(), { space: 'b-w', depth: 8 }],
    ['ink', async () => (await detail()).toColourspace('cmyk').jpeg().toBuffer(), { space: 'cmyk' }],
    ['frames', () => animation().gif().toBuffer(), { format: 'gif', pages: 3, width: 20, height: 10 }],
  ])('with its %s', async (_what, make, facts) => {
    expect(await describe(await make())).toMatchObject(facts);
  });

  it('with what the camera says, its orientation, and no place', async () => {
    const { orientation, exif } = await describe(await cameraPhoto(6));
    expect(orientation).toBe(6);
    expect(exif).toMatchObject({
      Make: 'Acme',
      Model: 'Shot 1',
      LensModel: 'Fifty',
      DateTimeOriginal: '2024-05-06T07:08:09.000Z',
    });
    expect(Object.keys(exif).filter((name) => name.startsWith('GPS'))).toEqual([]);
  });

  it('with the place where it is asked for', async () => {
    const { exif } = await describe(await cameraPhoto(1), { gps: true });
    expect(exif).toMatchObject({ GPSLatitudeRef: 'N', GPSLatitude: [60, 10, 0] });
  });

  it('although its Exif block is damaged at any byte', async () => {
    const source = await cameraPhoto(1);
    const start = source.indexOf('Exif\0\0');
    for (let at = start; at < start + 300; at += 7) {
      const damaged = Buffer.from(source);
      damaged[at] = 255 - (damaged[at] ?? 0);
      expect(JSON.stringify((await describe(damaged)).exif).length).toBeLessThan(10_000);
    }
  });

  it('not when it is none', async () => {
    await expect(describe(Buffer.from('%PDF-1.7'))).rejects.toMatchObject({ code: 'UNSUPPORTED_IMAGE' });
  });
});
