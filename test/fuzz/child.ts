import { createHash } from 'node:crypto';
import { createRandom } from '../support/simulation/scheduler.ts';
import { mutate } from './mutate.ts';
import { runOne } from './run-one.ts';
import { seeds } from './seeds.ts';

/** What the watched process says after each run. */
export interface Report {
  readonly done: number;
  readonly count: { seeds: number; refused: number; rendered: number; described: number };
  readonly slowestMs: number;
  readonly residentMb: number;
  readonly peakMb: number;
  /** Of all outcomes so far: equal for equal seeds. */
  readonly digest: string;
}

const [seed = 1, from = 0, runs = 0] = process.argv.slice(2).map(Number);
const whole = await seeds();
const count = { seeds: whole.length, refused: 0, rendered: 0, described: 0 };
let digest = '';
let slowestMs = 0;

for (let run = from; run < from + runs; run += 1) {
  const random = createRandom(Math.imul(seed, 1_000_003) + run);
  const bytes = mutate(random.pick(whole), random);
  const startedAt = performance.now();
  const { described, outcome } = await runOne(bytes);
  slowestMs = Math.max(slowestMs, performance.now() - startedAt);
  count.described += Number(described);
  if (typeof outcome === 'string') count.refused += 1;
  else count.rendered += 1;
  const hash = createHash('sha256').update(digest);
  for (const part of typeof outcome === 'string' ? [outcome] : outcome) hash.update(part);
  digest = hash.digest('hex').slice(0, 16);
  await tell({
    ...{ done: run - from + 1, count, slowestMs, digest },
    residentMb: process.memoryUsage.rss() / 2 ** 20,
    peakMb: process.resourceUsage().maxRSS / 2 ** 10,
  });
}
process.disconnect();

/** Waits until the report has left, so that a crash of the next run finds it told. */
function tell(report: Report): Promise<void> {
  return new Promise((resolve, reject) => {
    process.send?.(report, (error: Error | null) => (error ? reject(error) : resolve()));
  });
}
