import { fork } from 'node:child_process';
import { parseArgs } from 'node:util';
import type { Report } from './child.ts';

/** `npm run fuzz -- --api` is about requests: see there. */
if (process.argv.includes('--api')) {
  await import('./api/main.ts');
  process.exit();
}

/**
 * `npm run fuzz [-- --runs 20000 --seed 1 --from 0]`: damaged pictures through the engine and its parsers, in a process that is
 * watched. Each is refused with a DarkroomError, or comes out as a picture that decodes and has the size that was said; none
 * crashes the process, hangs it or makes it grow. A run hangs on its seed and number alone: `--from 123 --runs 1` is that one again.
 */
const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
  },
});
const runs = Number(values.runs);

/** A run that takes longer than this hangs: its pictures have 60 × 40 pixels. */
const MAX_RUN_MS = 10_000;
/** The seeds are encoded before the first run. */
const START_MS = 120_000;
/** What the process may come to hold after the first tenth of the runs: heap and allocators settle within it, leaks do not. */
const MAX_GROWTH_MB = 150;
/** What it may hold at any moment: 20 times the pictures, codecs and Node. */
const MAX_PEAK_MB = 1_000;

const child = fork(new URL('child.ts', import.meta.url), [values.seed, values.from, values.runs], {
  execArgv: ['--disable-warning=ExperimentalWarning'],
});
let last: Report | undefined;
let settledMb = 0;
let timer = watch(START_MS);

child.on('message', (report: Report) => {
  clearTimeout(timer);
  timer = watch(MAX_RUN_MS);
  last = report;
  if (report.done === Math.ceil(runs / 10)) settledMb = report.residentMb;
  if (report.done % 2_000 === 0) console.error(`${report.done} of ${runs}: ${JSON.stringify(report.count)}`);
});

child.on('exit', (code, signal) => {
  clearTimeout(timer);
  if (last?.done !== runs || code !== 0) return fail(`ended with ${signal ?? code}`);
  const { count, slowestMs, residentMb, peakMb, digest } = last;
  const growthMb = Math.round(residentMb - settledMb);
  console.log(
    `${runs} damaged pictures of ${count.seeds} seeds, seed ${values.seed}: ${count.refused} refused, ${count.rendered} rendered, ` +
      `${count.described} described; slowest ${Math.round(slowestMs)} ms, growth ${growthMb} MB, peak ${Math.round(peakMb)} MB, digest ${digest}`,
  );
  if (growthMb > MAX_GROWTH_MB) fail(`memory grew by ${growthMb} MB`);
  if (peakMb > MAX_PEAK_MB) fail(`memory came to ${Math.round(peakMb)} MB`);
});

function watch(ms: number): NodeJS.Timeout {
  return setTimeout(() => {
    fail(`took more than ${ms} ms`);
    child.kill('SIGKILL');
  }, ms);
}

function fail(how: string): void {
  console.error(`seed ${values.seed}, run ${Number(values.from) + (last?.done ?? 0)}: the process ${how}`);
  process.exitCode = 1;
}
