import type { CreateRaw } from 'sharp';
import { DarkroomError } from '../error.ts';
import { FORMATS, type Format } from '../recipe/formats.ts';
import type { Recipe } from '../recipe/recipe.ts';
import { ENCODERS, type Encoding } from './encode.ts';
import { checkResult, type Limits, type Size } from './limits.ts';
import { type Frame, runPasses } from './passes.ts';
import { isTurned, type Plan, planOf, swap } from './plan.ts';
import type { Rendered } from './render.ts';
import type { Sharp } from './sharp.ts';
import { shotOf } from './shot.ts';
import { asBroken, type Source } from './source.ts';

interface Job {
  readonly recipe: Recipe;
  readonly format: Format;
  readonly plan: Plan;
  /** The page that is read, from 0, or all frames. */
  readonly page: number | 'all';
}

/**
 * Makes derivatives: upright, sRGB, 8 bits. Recipes that read the same page share one decode, at the size of the largest
 * of them, which JPEG reaches without decoding in full. `entropy` and `attention` judge each frame of an animation by itself.
 */
export async function derive(
  sharp: Sharp,
  source: Source,
  recipes: readonly Recipe[],
  limits: Limits,
): Promise<readonly Rendered[]> {
  const jobs = recipes.map((recipe) => jobOf(source, recipe, limits));
  const rendered = new Map<Job, Rendered>();
  for (const [page, together] of Map.groupBy(jobs, (job) => job.page)) {
    const frames = await decode(source, page, baseSize(source, page, together));
    for (const job of together) rendered.set(job, await finish(sharp, source, job, frames));
  }
  return jobs.flatMap((job) => rendered.get(job) ?? []);
}

function jobOf(source: Source, recipe: Recipe, limits: Limits): Job {
  const format = recipe.format === 'source' ? source.format : recipe.format;
  const { page = 1, animated = true } = recipe;
  if (page > source.pages) {
    throw new DarkroomError(
      'BAD_PARAMETER',
      `page=${page}: the picture has ${source.pages} pages or frames.`,
    );
  }
  const all =
    animated && page === 1 && source.pages > 1 && FORMATS[format].animates && FORMATS[source.format].animates;
  const plan = planOf(recipe, source.sizeOf(page - 1));
  checkResult(plan.result, all ? source.pages : 1, format, limits);
  return { recipe, format, plan, page: all ? 'all' : page - 1 };
}

/** The smallest size that serves all jobs. A crop counts pixels of the original, so it needs them all. */
function baseSize(source: Source, page: Job['page'], jobs: readonly Job[]): Size {
  if (jobs.some(({ plan }) => plan.crop)) return source.sizeOf(page === 'all' ? 0 : page);
  const sizes = jobs.map(({ recipe, plan }) => (isTurned(recipe) ? swap(plan.scaled) : plan.scaled));
  return {
    width: Math.max(...sizes.map((size) => size.width)),
    height: Math.max(...sizes.map((size) => size.height)),
  };
}

async function decode(source: Source, page: Job['page'], size: Size): Promise<readonly Frame[]> {
  // libwebp's own scaler is rough (35 dB at a thumbnail's size).
  const fastShrinkOnLoad = source.format !== 'webp';
  const { data, info } = await source
    .open(page)
    .resize({ ...size, fit: 'fill', fastShrinkOnLoad })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
    .catch(asBroken(source.format));
  const { channels, width } = info;
  const bytes = width * size.height * channels;
  const count = data.length / bytes;
  return Array.from({ length: count }, (_, index) => ({
    data: data.subarray(index * bytes, (index + 1) * bytes),
    raw: { width, height: size.height, channels },
  }));
}

async function finish(sharp: Sharp, source: Source, job: Job, base: readonly Frame[]): Promise<Rendered> {
  const frames: Frame[] = [];
  for (const frame of base) frames.push(await runPasses(sharp, frame, job.recipe, job.plan, job.format));
  const encoding: Encoding = {
    quality: job.recipe.quality,
    animation: job.page === 'all' ? timingOf(source) : undefined,
  };
  const { data, raw } = join(frames);
  const { exif } = source.header;
  const told = job.recipe.metadata === 'keep' && exif ? shotOf(exif) : undefined;
  const image = told ? sharp(data, { raw }).withExif(told) : sharp(data, { raw });
  const bytes = await ENCODERS[job.format](image, encoding).toBuffer();
  const { contentType } = FORMATS[job.format];
  // Encoders show a frame that equals the one before it as one that stands longer.
  const pages = frames.length > 1 ? ((await sharp(bytes).metadata()).pages ?? 1) : 1;
  return { bytes, format: job.format, contentType, ...job.plan.result, pages };
}

function timingOf({ header, pages }: Source): Encoding['animation'] {
  return { delay: header.delay ?? new Array<number>(pages).fill(100), loop: header.loop ?? 0 };
}

/** All frames below each other, as libvips takes an animation. */
function join(frames: readonly Frame[]): { readonly data: Buffer; readonly raw: CreateRaw } {
  const [first, ...more] = frames;
  if (!first) throw new Error('A decode gave no frame');
  if (more.length === 0) return first;
  const { width, height, channels } = first.raw;
  const data = Buffer.concat(frames.map((frame) => frame.data));
  return { data, raw: { width, height: height * frames.length, channels, pageHeight: height } };
}
