import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { animation, cameraPhoto, detail, detailWithAlpha, palettePng } from '../support/pictures.ts';
import { ended, events, get, outputKeys, put, startDarkroom, type TestDarkroom } from '../support/runtime.ts';

let darkroom: TestDarkroom;

beforeAll(async () => {
  darkroom = await startDarkroom();
});

afterAll(() => darkroom.close());

interface Row {
  readonly picture: () => Promise<Buffer>;
  /** How far a value of the negative may be from 255 − the original's. */
  readonly tolerance: number;
}

const in16 = async () => (await detail()).toColourspace('rgb16').png().toBuffer();

/** One of each kind that people upload, under keys as people make them. */
const PICTURES: Readonly<Record<string, Row>> = {
  'plain/photo.jpg': {
    picture: async () => (await detail()).jpeg({ quality: 95 }).toBuffer(),
    tolerance: 40,
  },
  'turned photo.jpg': { picture: () => cameraPhoto(6), tolerance: 40 },
  'a+b/with alpha.png': { picture: async () => (await detailWithAlpha()).png().toBuffer(), tolerance: 0 },
  'quote\'s "16" bit.png': { picture: in16, tolerance: 0 },
  '100%/palette.png': { picture: async () => palettePng(), tolerance: 0 },
  'ünï/日本/🐈.gif': {
    picture: async () =>
      animation()
        .gif({ delay: [50, 60, 70, 80] })
        .toBuffer(),
    tolerance: 0,
  },
  'x//y/lossless.webp': {
    picture: async () => (await detail()).webp({ lossless: true }).toBuffer(),
    tolerance: 0,
  },
  '%2F?#&=.avif': { picture: async () => (await detail()).avif({ lossless: true }).toBuffer(), tolerance: 3 },
  'no extension': {
    picture: async () => (await detail()).tiff({ compression: 'lzw' }).toBuffer(),
    tolerance: 0,
  },
  'ink.jpg': {
    picture: async () => (await detail()).toColourspace('cmyk').jpeg({ quality: 95 }).toBuffer(),
    tolerance: 60,
  },
};

describe.each(Object.entries(PICTURES))('%s put into the bucket', (key, { picture, tolerance }) => {
  const slash = key.lastIndexOf('/') + 1;
  const negated = `${key.slice(0, slash)}negated_${key.slice(slash)}`;

  it('comes out negated and derived, and the log tells each step', async () => {
    const original = await picture();
    await put(darkroom.s3, key, original);
    const last = await ended(darkroom.http, key);
    expect(last).toMatchObject({ status: 'FINISHED', image: key, code: null, output: negated });
    const steps = await events(darkroom.http, { build: last.build });
    expect(steps.map(({ status }) => status)).toEqual([
      'PENDING',
      'STARTED',
      'BUILDING',
      'CONVERTING',
      'FINISHED',
    ]);

    expect(await distance(original, await get(darkroom.s3, negated))).toBeLessThanOrEqual(tolerance);
    const thumbnail = await sharp(await get(darkroom.s3, `derived/${key}/thumbnail.jpg`)).metadata();
    expect(Math.max(thumbnail.width, thumbnail.height)).toBeLessThanOrEqual(50);
    const preview = await sharp(await get(darkroom.s3, `derived/${key}/preview.jpg`)).metadata();
    expect(preview.format).toBe('jpeg');

    const build = await darkroom.http(`/build/${last.build}`);
    expect(await build.json()).toMatchObject({ status: 'FINISHED', image_id: key, filename: negated });
  });
});

it('replaces the outputs when a new version comes, and removes them with the image', async () => {
  const { s3, http } = darkroom;
  await put(s3, 'again.png', await (await detail(30, 20)).png().toBuffer());
  await ended(http, 'again.png');
  await put(s3, 'again.png', await (await detail(20, 30)).png().toBuffer());
  await ended(http, 'again.png');
  await expect.poll(async () => (await sharp(await get(s3, 'negated_again.png')).metadata()).width).toBe(20);
  const { DeleteObjectCommand } = await import('@aws-sdk/client-s3');
  await s3.send(new DeleteObjectCommand({ Bucket: 'darkroom-input', Key: 'again.png' }));
  await expect.poll(() => outputKeys(s3, 'derived/again.png/'), { timeout: 10_000 }).toEqual([]);
  expect(await outputKeys(s3, 'negated_again')).toEqual([]);
});

/** The largest difference of a value from the inverted original's; alpha, and what lies under none of it, left out. */
async function distance(original: Buffer, negative: Buffer): Promise<number> {
  const from = await pixels(original);
  const to = await pixels(negative);
  expect([to.width, to.height]).toEqual([from.width, from.height]);
  let most = 0;
  for (let at = 0; at < from.values.length; at += 4) {
    const alpha = from.values[at + 3] ?? 0;
    most = Math.max(most, Math.abs(alpha - (to.values[at + 3] ?? 0)));
    for (let c = at; c < at + 3 && alpha > 0; c += 1) {
      most = Math.max(most, Math.abs(255 - (from.values[c] ?? 0) - (to.values[c] ?? 0)));
    }
  }
  return most;
}

async function pixels(bytes: Buffer) {
  const image = sharp(bytes, { animated: true }).autoOrient().toColourspace('srgb').ensureAlpha();
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
  return { values: data, width: info.width, height: info.height };
}
