import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { render } from '../../../lib/image/render.ts';
import type { Edits } from '../../../lib/recipe/modifiers.ts';
import { toRecipe } from '../../../lib/recipe/recipe.ts';
import { photo } from '../../support/pictures.ts';

/** The sizes of the pipelines `default` and `web`, as pixels: what encoders lose is theirs. */
const SETS: Readonly<Record<string, readonly Edits[]>> = {
  default: [{ thumbnail: true }, { xsize: 1280, ysize: 1280 }],
  web: [{ xsize: 320 }, { xsize: 640 }, { xsize: 1280 }],
  'a thumbnail by itself': [{ thumbnail: true }],
  'a size by itself': [{ xsize: 320 }],
};

/** 6 MP, of which JPEG could be read at an eighth; the photo itself is progressive. */
const part = sharp(photo()).resize(3_000, 1_688);

const SOURCES: Readonly<Record<string, () => Promise<Buffer>>> = {
  'a progressive JPEG': async () => photo(),
  'a JPEG': () => part.clone().jpeg({ quality: 92 }).toBuffer(),
  'a WebP': () => part.clone().webp({ quality: 90, effort: 0 }).toBuffer(),
  'a PNG': () => part.clone().png({ compressionLevel: 1 }).toBuffer(),
  'a TIFF': () => part.clone().tiff({ compression: 'none' }).toBuffer(),
  'an AVIF': () => part.clone().avif({ effort: 0 }).toBuffer(),
};

describe('derivatives are at least 40 dB from what a full decode would give', () => {
  test.each(Object.entries(SOURCES))('of %s', async (_, make) => {
    const source = await make();
    const { data, info } = await sharp(source).raw().toBuffer({ resolveWithObject: true });
    const { width, height, channels } = info;
    for (const edits of Object.values(SETS)) {
      const rendered = await render(
        source,
        edits.map((edit) => toRecipe(edit, 'png')),
      );
      for (const [index, { bytes, ...size }] of rendered.entries()) {
        const whole = sharp(data, { raw: { width, height, channels } });
        const small = await whole.resize(size.width, size.height, { fit: 'fill' }).raw().toBuffer();
        const raw = { width: size.width, height: size.height, channels };
        const sharpened = edits[index]?.thumbnail ? sharp(small, { raw }).sharpen({ sigma: 1 }) : undefined;
        const wanted = (await sharpened?.raw().toBuffer()) ?? small;
        expect(decibels(wanted, await sharp(bytes).removeAlpha().raw().toBuffer())).toBeGreaterThanOrEqual(
          40,
        );
      }
    }
  });
});

/** The peak over the noise of one picture against another. */
function decibels(wanted: Buffer, got: Buffer): number {
  expect(got.length).toBe(wanted.length);
  let squares = 0;
  for (let at = 0; at < wanted.length; at += 1) squares += ((wanted[at] ?? 0) - (got[at] ?? 0)) ** 2;
  return 10 * Math.log10(255 ** 2 / (squares / wanted.length));
}
