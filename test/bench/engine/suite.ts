import sharp from 'sharp';
import { render } from '../../../lib/image/render.ts';
import { PIPELINES } from '../../../lib/pipeline/pipelines.ts';
import { type Recipe, toRecipe } from '../../../lib/recipe/recipe.ts';
import { cpu, type Measured, medianRatio } from '../pairs.ts';
import { handlerRatio } from './handler.ts';
import { gif, jpeg, palettePng } from './inputs.ts';
import { peakMb } from './peak.ts';
import { processRatio } from './whole-process.ts';

const NEGATIVE = [toRecipe({ negate: true }, 'source')];

/** The engine against sharp as it is used, and as it is best used; row for row, as each is measured. */
export async function* measure(pairs: number): AsyncIterable<Measured> {
  sharp.concurrency(1);
  sharp.cache(false);
  const [baseline, progressive] = [await jpeg(12), await jpeg(12, { progressive: true })];
  const compare = async (
    id: string,
    what: string,
    atMost: number,
    ours: () => unknown,
    theirs: () => unknown,
  ) => ({
    ...{ id, what, atMost, pairs },
    ratio: await medianRatio(cpu(ours), cpu(theirs), pairs),
  });

  const negateBaseline = () => render(baseline, NEGATIVE);
  yield await compare(
    '1a',
    'JPEG negative, baseline 12 MP, CPU: to sharp by default',
    0.25,
    negateBaseline,
    () => usual(baseline),
  );
  yield await compare('1b', 'the same: to the best-tuned sharp', 0.5, negateBaseline, () => tuned(baseline));
  yield await compare(
    '2',
    'JPEG negative, progressive 12 MP, CPU: to the best-tuned sharp',
    0.7,
    () => render(progressive, NEGATIVE),
    () => tuned(progressive),
  );
  yield await processRatio(baseline, pairs);
  yield await compare(
    '4',
    'pipeline default, 12 MP, CPU: to three sharp pipelines, each from the original',
    0.35,
    () => render(baseline, recipesOf('default')),
    () => threePipelines(baseline),
  );
  yield await compare(
    '5',
    'pipeline web, 12 MP, CPU: to the same outputs by sharp’s defaults',
    0.1,
    () => render(baseline, recipesOf('web')),
    () => webPipelines(baseline),
  );
  yield await handlerRatio(baseline, pairs);
  yield {
    id: '7',
    what: 'pipeline default, 48 MP JPEG, fresh process: peak RSS over 200 MB',
    atMost: 1,
    pairs: 3,
    ratio: (await peakMb(3)) / 200,
  };
  const [indexed, animated] = [await palettePng(), await gif()];
  yield await compare(
    '8a',
    'palette PNG negative, CPU: to sharp',
    0.02,
    () => render(indexed, NEGATIVE),
    () => png(indexed),
  );
  yield await compare(
    '8b',
    'GIF negative, CPU: to sharp',
    0.02,
    () => render(animated, NEGATIVE),
    () => gifBySharp(animated),
  );
}

export function recipesOf(name: string): readonly Recipe[] {
  return PIPELINES.find((pipeline) => pipeline.name === name)?.outputs.map(({ recipe }) => recipe) ?? [];
}

/** As the tutorials have it. */
function usual(source: Buffer): Promise<Buffer> {
  return sharp(source).negate({ alpha: false }).jpeg().toBuffer();
}

/** Nothing left to gain by options: no conversion from sRGB to sRGB, no second pass over the coefficients. */
function tuned(source: Buffer): Promise<Buffer> {
  return sharp(source, { ignoreIcc: true })
    .negate({ alpha: false })
    .jpeg({ optimiseCoding: false })
    .toBuffer();
}

async function threePipelines(source: Buffer): Promise<void> {
  const inside = { fit: 'inside', withoutEnlargement: true } as const;
  await sharp(source).autoOrient().negate({ alpha: false }).jpeg({ quality: 95 }).toBuffer();
  await sharp(source).autoOrient().resize(50, 50, inside).sharpen().jpeg().toBuffer();
  await sharp(source).autoOrient().resize(1280, 1280, inside).jpeg({ quality: 90 }).toBuffer();
}

async function webPipelines(source: Buffer): Promise<void> {
  for (const width of [320, 640, 1280]) await sharp(source).autoOrient().resize(width).webp().toBuffer();
  await sharp(source).autoOrient().resize(1280).avif().toBuffer();
}

function png(source: Buffer): Promise<Buffer> {
  return sharp(source).negate({ alpha: false }).png().toBuffer();
}

function gifBySharp(source: Buffer): Promise<Buffer> {
  return sharp(source, { animated: true }).negate({ alpha: false }).gif().toBuffer();
}
