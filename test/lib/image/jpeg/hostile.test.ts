import sharp from 'sharp';
import { expect, test } from 'vitest';
import { negateJpeg } from '../../../../lib/image/jpeg/negate-jpeg.ts';
import { cameraPhoto, detail } from '../../../support/pictures.ts';
import { DRAWING, SCANS, seeded } from './drawings.ts';
import { drawJpeg } from './tiny-encoder.ts';

const SOURCE = drawJpeg(DRAWING);
const FRAME = SOURCE.indexOf(Buffer.of(0xff, 0xc0));
const SCAN = SOURCE.indexOf(Buffer.of(0xff, 0xda));
const INTERVAL = SOURCE.indexOf(Buffer.of(0xff, 0xdd));
const PROGRESSIVE = await (await detail()).jpeg({ progressive: true }).toBuffer();
const CMYK = await (await detail()).toColourspace('cmyk').jpeg().toBuffer();
const TWO = [{ components: [0, 1], start: 0, end: 63, high: 0, low: 0 }];

function patched(at: number, ...bytes: readonly number[]): Buffer {
  const copy = Buffer.from(SOURCE);
  copy.set(bytes, at);
  return copy;
}

test.each<[string, Buffer]>([
  ['nothing', Buffer.alloc(0)],
  ['no JPEG', Buffer.from('GIF89a, or so it says')],
  ['a beginning and an end', Buffer.from('ffd8ffd9', 'hex')],
  ['arithmetic coding', patched(FRAME + 1, 0xc9)],
  ['a lossless frame', patched(FRAME + 1, 0xc3)],
  ['a hierarchical frame', patched(FRAME + 1, 0xc5)],
  ['12 bits', patched(FRAME + 4, 12)],
  ['no width', patched(FRAME + 7, 0, 0)],
  ['a height that is told later', patched(FRAME + 5, 0, 0)],
  [
    'two components',
    drawJpeg({
      ...DRAWING,
      sampling: [
        [1, 1],
        [1, 1],
      ],
      scans: TWO,
    }),
  ],
  ['one of three components', drawJpeg({ ...DRAWING, scans: TWO })],
  ['four inks', CMYK],
  ['a picture that is larger than its blocks', patched(FRAME + 5, 60, 0, 60, 0)],
  ['a table that is missing', patched(SCAN + 6, 0x11)],
  ['a quantiser that is missing', patched(FRAME + 12, 3)],
  ['a component that is missing', patched(SCAN + 5, 9)],
  ['restart markers that are missing', patched(INTERVAL + 4, 0, 2)],
  ['bytes between segments', Buffer.concat([SOURCE.subarray(0, 2), Buffer.of(1, 2), SOURCE.subarray(2)])],
  ['no end', SOURCE.subarray(0, -2)],
  ['no end of many scans', PROGRESSIVE.subarray(0, -2)],
  ['a scan without its last bytes', Buffer.concat([SOURCE.subarray(0, -12), SOURCE.subarray(-2)])],
])('%s is left to others', (_, source) => {
  expect(negateJpeg(source)).toBeUndefined();
});

test('so are restart markers out of turn', () => {
  const source = drawJpeg({ ...DRAWING, restartInterval: 3 });
  const at = source.indexOf(Buffer.of(0xff, 0xd2));
  expect(at).toBeGreaterThan(0);
  source[at + 1] = 0xd6;
  expect(negateJpeg(source)).toBeUndefined();
});

test('bytes that claim more work than they are worth are refused before it is done', () => {
  const empty = (components: number[], start: number, end: number, high: number, low: number) => ({
    ...{ components, start, end, high, low },
  });
  const wide = { ...DRAWING, frame: 0xc2, width: 8, height: 8 };
  const many = Array.from({ length: 63 }, (_, at) =>
    [0, 1, 2].map((component) => empty([component], at + 1, at + 1, 0, 0)),
  );
  const scans = [empty([0, 1, 2], 0, 0, 0, 0), ...many.flat()];
  const source = drawJpeg({ ...wide, scans, coefficient: () => 0 });
  const sizeAt = source.indexOf(Buffer.of(0xff, 0xc2)) + 5;
  source.set([0xff, 0xff, 0xff, 0xff], sizeAt);
  const before = performance.now();
  expect(negateJpeg(source)).toBeUndefined();
  expect(performance.now() - before).toBeLessThan(100);
});

const SEEDS: readonly (readonly [string, Buffer])[] = [
  ['baseline', drawJpeg({ ...DRAWING, width: 20, height: 20, restartInterval: 2 })],
  ['progressive', drawJpeg({ ...DRAWING, ...SCANS[4]?.[1], width: 20, height: 20, restartInterval: 3 })],
  ['a baseline photo', await cameraPhoto(6, 24, 20)],
  ['a progressive photo', await (await detail(24, 20)).jpeg({ progressive: true }).toBuffer()],
];

const DAMAGES: readonly ((source: Buffer, random: (below: number) => number) => Buffer)[] = [
  (source, random) => flipped(source, random, 1),
  (source, random) => flipped(source, random, 8),
  (source, random) => source.subarray(0, random(source.length)),
  (source, random) =>
    Buffer.concat([source.subarray(0, random(source.length)), source.subarray(random(source.length))]),
  (source, random) => Buffer.from(source).fill(random(256), random(source.length), random(source.length)),
];

function flipped(source: Buffer, random: (below: number) => number, times: number): Buffer {
  const copy = Buffer.from(source);
  for (let left = times; left > 0; left -= 1) {
    const at = random(copy.length);
    copy[at] = (copy[at] ?? 0) ^ (1 << random(8));
  }
  return copy;
}

test.each(SEEDS)('of damage to %s, what comes out can be read where the source can', async (_, seed) => {
  const random = seeded(seed.length);
  let slowestMs = 0;
  let compared = 0;
  for (let round = 0; round < 1_500; round += 1) {
    const damaged = DAMAGES[round % DAMAGES.length]?.(seed, random) ?? seed;
    const before = performance.now();
    const negative = negateJpeg(damaged);
    slowestMs = Math.max(slowestMs, performance.now() - before);
    if (!negative || round % 3 > 0) continue;
    if (!(await isReadable(damaged))) continue;
    expect(await isReadable(negative)).toBe(true);
    expect(negateJpeg(negative)).toBeDefined();
    compared += 1;
  }
  expect(slowestMs).toBeLessThan(500);
  expect(compared).toBeGreaterThan(20);
});

async function isReadable(jpeg: Buffer): Promise<boolean> {
  return sharp(jpeg, { failOn: 'error', limitInputPixels: 1e6 })
    .raw()
    .toBuffer()
    .then(
      () => true,
      () => false,
    );
}
