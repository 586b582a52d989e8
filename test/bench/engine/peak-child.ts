import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { render } from '../../../lib/image/render.ts';
import { PIPELINES } from '../../../lib/pipeline/pipelines.ts';

// Reads its picture by itself: what makes pictures would be in memory too.
const [version] = [
  JSON.parse(readFileSync(new URL('../../../node_modules/sharp/package.json', import.meta.url), 'utf8'))
    .version,
];
const source = readFileSync(join(tmpdir(), `darkroom-bench-${version}`, '48-baseline.jpg'));
const recipes = PIPELINES.find(({ name }) => name === 'default')?.outputs.map(({ recipe }) => recipe) ?? [];
await render(source, recipes);
// Not resourceUsage(): its maximum is inherited from the process that started this one.
const [, peakKb] = /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
console.log(Number(peakKb) / 1024);
