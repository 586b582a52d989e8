import { createHash } from 'node:crypto';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { DarkroomError } from '../../lib/error.ts';
import { describe } from '../../lib/image/describe.ts';
import { render } from '../../lib/image/render.ts';
import { toRecipe } from '../../lib/recipe/recipe.ts';
import { createRandom } from '../support/simulation/scheduler.ts';
import { mutate } from './mutate.ts';
import { seeds } from './seeds.ts';

/**
 * `npm run fuzz [-- --runs 20000 --seed 1]`: damaged pictures through the engine. Each is refused with a DarkroomError, or comes
 * out as a picture that decodes; none crashes it, hangs it or makes it grow. The same seed damages in the same ways.
 */
const { values } = parseArgs({
  options: { runs: { type: 'string', default: '20000' }, seed: { type: 'string', default: '1' } },
});
const [runs, seed] = [Number(values.runs), Number(values.seed)];

/** A call that takes longer than this hangs, on pictures of 60 × 40. */
const MAX_CALL_MS = 10_000;
/** What the heap and libvips may come to hold after the first tenth of the runs. */
const MAX_GROWTH_MB = 150;

const RECIPES = [toRecipe({ negate: true }, 'source'), toRecipe({ xsize: 20, ysize: 20 }, 'jpg')];
const random = createRandom(seed);
const whole = await seeds();
const count = { refused: 0, rendered: 0, described: 0 };
const digest = createHash('sha256');
let startMb = 0;
let slowestMs = 0;

for (let run = 0; run < runs; run += 1) {
  const bytes = mutate(random.pick(whole), random);
  const startedAt = performance.now();
  await one(bytes).catch((error: unknown) => fail(run, bytes, error));
  slowestMs = Math.max(slowestMs, performance.now() - startedAt);
  if (slowestMs > MAX_CALL_MS) fail(run, bytes, new Error(`it took ${Math.round(slowestMs)} ms`));
  if (run === Math.floor(runs / 10)) startMb = residentMb();
  if (run % 2_000 === 1_999)
    console.error(`${run + 1} of ${runs}: ${JSON.stringify(count)}, ${Math.round(residentMb())} MB`);
}
const growthMb = residentMb() - startMb;
console.log(
  `${runs} damaged pictures, seed ${seed}: ${count.refused} refused, ${count.rendered} rendered, ${count.described} described`,
);
console.log(
  `slowest ${Math.round(slowestMs)} ms, growth ${Math.round(growthMb)} MB, digest ${digest.digest('hex').slice(0, 16)}`,
);
if (growthMb > MAX_GROWTH_MB) throw new Error(`memory grew by ${Math.round(growthMb)} MB`);

async function one(bytes: Buffer): Promise<void> {
  try {
    await describe(bytes);
    count.described += 1;
    const pictures = await render(bytes, RECIPES);
    for (const picture of pictures) await sharp(picture.bytes, { animated: true, failOn: 'error' }).stats();
    for (const picture of pictures) digest.update(picture.bytes);
    count.rendered += 1;
  } catch (error) {
    if (!(error instanceof DarkroomError)) throw error;
    count.refused += 1;
    digest.update(error.code);
  }
}

function fail(run: number, bytes: Buffer, error: unknown): never {
  console.error(
    `run ${run} of seed ${seed} (${bytes.length} bytes, sha256 ${createHash('sha256').update(bytes).digest('hex')})`,
  );
  throw error;
}

function residentMb(): number {
  return process.memoryUsage.rss() / 2 ** 20;
}
