import { parseArgs } from 'node:util';
import { basic } from '../../support/api-requests.ts';
import { startDarkroom } from '../../support/runtime.ts';
import { fuzzApi } from './fuzz-api.ts';

/**
 * `npm run fuzz -- --api [--runs 20000 --seed 1 --from 0]`: requests made from the OpenAPI document against a Darkroom of this run's own. No
 * request may lead to a 5xx or to an answer that the document does not describe, and it has to live on.
 */
const { values } = parseArgs({
  options: {
    api: { type: 'boolean' },
    runs: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
  },
});
const [runs, seed, from] = [Number(values.runs), Number(values.seed), Number(values.from)];

const failures: string[] = [];
const darkroom = await startDarkroom({
  log: (line) => {
    const text = JSON.stringify(line);
    if (/request failed|answers 50\d/.test(text)) failures.push(text);
  },
});
const { apiUrl } = darkroom.runtime;
const startedAt = performance.now();
const authorization = basic('tester', 'tester-password');
const onProgress = (done: number): void => console.error(`${done} of ${runs}`);
const { byStatus, faults, slowestMs } = await fuzzApi({
  apiUrl,
  authorization,
  runs,
  seed,
  from,
  onProgress,
});
const seconds = (performance.now() - startedAt) / 1_000;
const health = await fetch(`${apiUrl}/health`);
await darkroom.close();

const counts = Object.entries(byStatus).map(([status, count]) => `${count} × ${status}`);
console.log(
  `${runs} requests, seed ${seed}, in ${Math.round(seconds)} s: ${counts.join(', ')}; slowest ${Math.round(slowestMs)} ms`,
);
for (const line of [...faults, ...failures]) console.error(line);
if (health.status !== 200) console.error(`afterwards the health is ${health.status}`);
if (faults.length > 0 || health.status !== 200) process.exitCode = 1;
