import sharp from 'sharp';
import { render } from '../../../lib/image/render.ts';
import { PIPELINES } from '../../../lib/pipeline/pipelines.ts';
import { type Recipe, toRecipe } from '../../../lib/recipe/recipe.ts';
import { cpu, type Measured, medianRatio } from '../pairs.ts';
import { handlerRatio } from './handler.ts';
import { gif, jpeg, type Megapixels, palettePng } from './inputs.ts';
import { peakMb } from './peak.ts';
import {
  gifBySharp,
  pngBySharp,
  smallBySharp,
  threePipelines,
  tuned,
  usual,
  webPipelines,
} from './rivals.ts';
import { processRatio } from './whole-process.ts';

/** The engine against others on the same bytes; row for row, as each is measured. */
export async function* measure(pairs: number): AsyncIterable<Measured> {
  sharp.concurrency(1);
  sharp.cache(false);
  const baseline = await jpeg(12);
  // First: a child is charged for what its parent has grown to, until it becomes a program of its own.
  const wholeProcess = await processRatio(baseline, pairs);
  yield* eachSize(BASELINE_TO_USUAL, pairs);
  yield* eachSize(BASELINE_TO_TUNED, pairs);
  yield* eachSize(PROGRESSIVE, pairs);
  yield wholeProcess;
  yield* eachSize(DEFAULT, pairs);
  yield await compare({ ...WEB, source: baseline }, pairs);
  yield await handlerRatio(baseline, pairs);
  yield {
    id: '7',
    what: 'pipeline default, 48 MP JPEG, fresh process: peak RSS over 200 MB',
    atMost: 1,
    pairs: 3,
    ratio: (await peakMb(3)) / 200,
  };
  yield await compare({ ...PALETTE, source: await palettePng() }, pairs);
  yield await compare({ ...ANIMATION, source: await gif() }, pairs);
  yield* eachSize(SMALL, pairs);
}

interface Subject {
  readonly id: string;
  readonly what: string;
  readonly atMost: number;
  readonly recipes: readonly Recipe[];
  readonly rival: (source: Buffer) => Promise<unknown>;
}

export function recipesOf(name: string): readonly Recipe[] {
  return PIPELINES.find((pipeline) => pipeline.name === name)?.outputs.map(({ recipe }) => recipe) ?? [];
}

const NEGATIVE = [toRecipe({ negate: true }, 'source')];

const BASELINE_TO_USUAL = {
  ...{ id: '1a', what: 'JPEG negative, baseline, CPU: to sharp by default' },
  ...{ atMost: 0.25, recipes: NEGATIVE, rival: usual },
};

const BASELINE_TO_TUNED = {
  ...{ id: '1b', what: 'JPEG negative, baseline, CPU: to the best-tuned sharp' },
  ...{ atMost: 0.5, recipes: NEGATIVE, rival: tuned },
};

const PROGRESSIVE = {
  ...{ id: '2', what: 'JPEG negative, progressive, CPU: to the best-tuned sharp' },
  ...{ atMost: 0.7, recipes: NEGATIVE, rival: tuned, progressive: true },
};

const DEFAULT = {
  ...{ id: '4', what: 'pipeline default, CPU: to three sharp pipelines, each from the original' },
  ...{ atMost: 0.35, recipes: recipesOf('default'), rival: threePipelines },
};

const WEB: Subject = {
  ...{ id: '5', what: 'pipeline web, 12 MP, CPU: to the same outputs by sharp’s defaults' },
  ...{ atMost: 0.1, recipes: recipesOf('web'), rival: webPipelines },
};

const PALETTE: Subject = {
  ...{ id: '8a', what: 'palette PNG negative, CPU: to sharp' },
  ...{ atMost: 0.02, recipes: NEGATIVE, rival: pngBySharp },
};

const ANIMATION: Subject = {
  ...{ id: '8b', what: 'GIF negative, CPU: to sharp' },
  ...{ atMost: 0.02, recipes: NEGATIVE, rival: gifBySharp },
};

const SMALL: Subject = {
  ...{ id: '9', what: '320 wide of a JPEG, CPU: to sharp by default' },
  ...{ atMost: 1, recipes: [toRecipe({ xsize: 320 }, 'jpg')], rival: smallBySharp },
};

const SIZES: readonly Megapixels[] = [12, 24, 48];

/** A row for each size: the first has the subject's own id. */
async function* eachSize(
  subject: Subject & { readonly progressive?: boolean },
  pairs: number,
): AsyncIterable<Measured> {
  const { id, what, progressive = false } = subject;
  for (const megapixels of SIZES) {
    const source = await jpeg(megapixels, { progressive });
    const row = {
      id: megapixels === 12 ? id : `${id}-${megapixels}`,
      what: what.replace(',', `, ${megapixels} MP,`),
    };
    yield await compare({ ...subject, ...row, source }, pairs);
  }
}

async function compare(
  { id, what, atMost, recipes, rival, source }: Subject & { readonly source: Buffer },
  pairs: number,
): Promise<Measured> {
  const [ours, theirs] = [cpu(() => render(source, recipes)), cpu(() => rival(source))];
  return { id, what, atMost, pairs, ratio: await medianRatio(ours, theirs, pairs) };
}
