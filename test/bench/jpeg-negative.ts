import sharp, { type Sharp } from 'sharp';
import { negateJpeg } from '../../lib/image/jpeg/negate-jpeg.ts';
import { photo } from '../support/pictures.ts';

/**
 * CPU of a JPEG's negative without decoding, as a share of what sharp takes to decode, negate and encode it at 12 megapixels.
 * `node test/bench/jpeg-negative.ts`: medians of ratios between runs that took turns, so that a busy machine bears on both.
 */
const WIDTH = 4_608;
const HEIGHT = 2_592;
const PAIRS = 9;
const WARM_UPS = 8;

const SOURCES: Readonly<Record<string, (image: Sharp) => Sharp>> = {
  'baseline, quality 80': (image) => image.jpeg({ quality: 80 }),
  'baseline, quality 92': (image) => image.jpeg({ quality: 92 }),
  'progressive, quality 80': (image) => image.jpeg({ quality: 80, progressive: true }),
  'progressive, quality 92': (image) => image.jpeg({ quality: 92, progressive: true }),
};

const OTHERS: Readonly<Record<string, (source: Buffer) => Promise<Buffer>>> = {
  'sharp as it comes': (source) => sharp(source).negate({ alpha: false }).jpeg().toBuffer(),
  'sharp, tuned': (source) =>
    sharp(source).negate({ alpha: false }).jpeg({ optimiseCoding: false }).toBuffer(),
};

async function bench(): Promise<void> {
  sharp.concurrency(1);
  sharp.cache(false);
  const pixels = await sharp(photo()).resize(WIDTH, HEIGHT).raw().toBuffer();
  const rows: Record<string, Record<string, string>> = {};
  for (const [name, encode] of Object.entries(SOURCES)) {
    const source = await encode(
      sharp(pixels, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } }),
    ).toBuffer();
    rows[name] = await compare(source);
  }
  console.table(rows);
}

async function compare(source: Buffer): Promise<Record<string, string>> {
  for (let run = 0; run < WARM_UPS; run += 1) negateJpeg(source);
  const row: Record<string, string> = { MB: (source.length / 1e6).toFixed(2) };
  const own: number[] = [];
  for (const [name, other] of Object.entries(OTHERS)) {
    const ratios: number[] = [];
    for (let pair = 0; pair < PAIRS; pair += 1) {
      const ms = await cpuMs(async () => negateJpeg(source));
      ratios.push(ms / (await cpuMs(() => other(source))));
      own.push(ms);
    }
    row[`share of ${name}`] = median(ratios).toFixed(2);
  }
  return { ...row, 'cpu ms': median(own).toFixed(1) };
}

/** Of the whole process: sharp works on threads of its own. */
async function cpuMs(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

await bench();
