import sharp, { type Sharp } from 'sharp';
import { describe, expect, test } from 'vitest';
import { negateJpeg } from '../../../../lib/image/jpeg/negate-jpeg.ts';
import { readParts } from '../../../../lib/image/jpeg/parts.ts';
import { photo } from '../../../support/pictures.ts';
import { coefficients, DRAWING, SAMPLINGS, SCANS } from './drawings.ts';
import { drawJpeg } from './tiny-encoder.ts';

describe('each coefficient comes out with the other sign, bit for bit as an encoder would have written it', () => {
  const grid = ([8, 15] as const).flatMap((codeLength) =>
    [0, 1, 3].flatMap((restartInterval) =>
      [3, 40, 256].map((density) => ({ codeLength, restartInterval, density })),
    ),
  );

  test.each(SCANS)('%s', (_, spread) => {
    for (const sampling of SAMPLINGS) {
      for (const { density, ...coding } of grid) {
        const coefficient = coefficients(density, density);
        const drawing = { ...DRAWING, ...spread, ...coding, sampling };
        const wanted = drawJpeg({ ...drawing, coefficient: (...where) => -coefficient(...where) });
        expect(negateJpeg(drawJpeg({ ...drawing, coefficient }))?.equals(wanted)).toBe(true);
      }
    }
  });

  test('one component, whatever its sampling says', () => {
    const scans = [{ components: [0], start: 0, end: 63, high: 0, low: 0 }];
    const drawing = { ...DRAWING, scans, sampling: [[2, 2]] as const };
    const wanted = drawJpeg({ ...drawing, coefficient: (...where) => -DRAWING.coefficient(...where) });
    expect(negateJpeg(drawJpeg(drawing))).toEqual(wanted);
  });
});

describe('a progressive file whose table lacks a size that the negative of DC needs', () => {
  const libjpeg = SCANS[4]?.[1];
  // Its upper bits are 3, of 2 bits, and those of -7 are -4, of 3.
  const coefficient = (component: number, block: number, place: number): number =>
    place === 0 && component === 0 && block === 0 ? 7 : 0;
  const source = drawJpeg({ ...DRAWING, ...libjpeg, dcSizes: 4, coefficient });
  const poor = drawJpeg({ ...DRAWING, ...libjpeg, dcSizes: 3, coefficient });

  test('gets the size, in a table that leaves all other codes as they are', async () => {
    expect(await pixels(negateJpeg(poor))).toEqual(await pixels(negateJpeg(source)));
  });

  test('keeps it from then on', () => {
    const once = negateJpeg(poor) ?? Buffer.alloc(0);
    const twice = negateJpeg(once) ?? Buffer.alloc(0);
    expect(negateJpeg(twice)).toEqual(once);
    expect(scansOf(twice)).toEqual(scansOf(poor));
  });
});

const KINDS: readonly (readonly [string, (image: Sharp) => Sharp])[] = [
  ['baseline', (image) => image.jpeg()],
  ['baseline with the tables of the standard', (image) => image.jpeg({ optimiseCoding: false })],
  ['4:4:4', (image) => image.jpeg({ quality: 95, chromaSubsampling: '4:4:4' })],
  ['coarse', (image) => image.jpeg({ quality: 20 })],
  ['fine', (image) => image.jpeg({ quality: 100 })],
  ['grey', (image) => image.greyscale().jpeg()],
  ['progressive', (image) => image.jpeg({ progressive: true })],
  ['progressive and coarse', (image) => image.jpeg({ progressive: true, quality: 20 })],
  ['progressive and grey', (image) => image.greyscale().jpeg({ progressive: true })],
  ['progressive, scans optimised', (image) => image.jpeg({ mozjpeg: true })],
];

describe('a photo', () => {
  const small = sharp(photo()).resize(640, 360).png().toBuffer();
  const sizes = [
    [640, 360],
    [333, 217],
    [17, 8],
    [1, 1],
  ] as const;

  test.each(KINDS)(
    '%s: decoded, the negative is 255 less the source, and twice gives the file',
    async (name, kind) => {
      for (const [width, height] of sizes) {
        const source = await kind(sharp(await small).resize(width, height, { fit: 'fill' })).toBuffer();
        const negative = negateJpeg(source);
        const { mean, max } = await difference(source, negative);
        // A pixel or two have no mean.
        if (width > 100) expect(Math.abs(mean)).toBeLessThanOrEqual(1.5);
        expect(max).toBeLessThanOrEqual(8);
        const twice = negateJpeg(negative ?? source);
        expect(scansOf(twice)).toEqual(scansOf(source));
        // Progressive files may have been given a table.
        if (!name.includes('progressive')) expect(twice).toEqual(source);
      }
    },
  );

  test('at full size, progressive as it came', async () => {
    const negative = negateJpeg(photo());
    const { mean, max } = await difference(photo(), negative);
    expect(Math.abs(mean)).toBeLessThanOrEqual(1.5);
    expect(max).toBeLessThanOrEqual(8);
    expect(negateJpeg(negative ?? photo())).toEqual(photo());
  });

  test('RGB without a transform', async () => {
    const adobe = Buffer.from('ffee000e41646f62650064000000000000', 'hex');
    const plain = await sharp(photo()).resize(64, 48).jpeg({ chromaSubsampling: '4:4:4' }).toBuffer();
    const source = Buffer.concat([plain.subarray(0, 2), adobe.subarray(0, 16), plain.subarray(2)]);
    const { mean, max } = await difference(source, negateJpeg(source));
    expect(mean).toBeCloseTo(1, 1);
    expect(max).toBeLessThanOrEqual(4);
  });

  test('white comes out as black, and black as white, but for a level', async () => {
    for (const background of ['white', 'black']) {
      const plain = sharp({ create: { width: 40, height: 40, channels: 3, background } });
      for (const progressive of [false, true]) {
        const source = await plain.clone().jpeg({ progressive }).toBuffer();
        expect((await difference(source, negateJpeg(source))).max).toBeLessThanOrEqual(1);
      }
    }
  });
});

async function pixels(jpeg: Buffer | undefined): Promise<Buffer> {
  return sharp(jpeg, { failOn: 'warning', ignoreIcc: true }).raw().toBuffer();
}

/** Of the negative from 255 less the source, in levels. */
async function difference(
  source: Buffer,
  negative: Buffer | undefined,
): Promise<{ mean: number; max: number }> {
  const [from, to] = [await pixels(source), await pixels(negative)];
  expect(to.length).toBe(from.length);
  let [sum, max] = [0, 0];
  for (let at = 0; at < from.length; at += 1) {
    const error = (to[at] ?? 0) - (255 - (from[at] ?? 0));
    sum += error;
    max = Math.max(max, Math.abs(error));
  }
  return { mean: sum / from.length, max };
}

/** The entropy-coded data of all scans. */
function scansOf(jpeg: Buffer | undefined): readonly Buffer[] {
  const { parts } = readParts(jpeg ?? Buffer.alloc(0));
  return parts.flatMap((part) => (part.type === 'scan' ? part.data : []));
}
