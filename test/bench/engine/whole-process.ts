import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildSync } from 'esbuild';
import { type Cost, type Measured, medianRatio } from '../pairs.ts';

const VIPS = '/usr/bin/vips';
const ROOT = join(import.meta.dirname, '../../..');
const WHAT = 'whole process, negative of a 12 MP JPEG, CPU: to `vips invert`';

/** A process that reads a file, negates it and writes it, bundled as the functions are, against the same by libvips' own program. */
export async function processRatio(source: Buffer, pairs: number): Promise<Measured> {
  if (!existsSync(VIPS)) return { id: '3', what: WHAT, skipped: 'libvips-tools is not installed' };
  const folder = mkdtempSync(join(tmpdir(), 'darkroom-bench-'));
  try {
    const [input, output] = [join(folder, 'in.jpg'), join(folder, 'out.jpg')];
    writeFileSync(input, source);
    const program = bundle(folder);
    const ours = cpuOf(process.execPath, [program, input, output]);
    const theirs = cpuOf(VIPS, ['invert', `${input}[access=sequential]`, `${output}[Q=80]`]);
    return { id: '3', what: WHAT, atMost: 0.9, pairs, ratio: await medianRatio(ours, theirs, pairs) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function bundle(folder: string): string {
  const external = ['sharp', '@img/*'];
  const entryPoints = { negate: join(import.meta.dirname, 'negate-file.ts') };
  const shape = { bundle: true, splitting: true, format: 'esm', platform: 'node', target: 'node24' } as const;
  buildSync({
    entryPoints,
    outdir: join(ROOT, '.darkroom-bench'),
    outExtension: { '.js': '.mjs' },
    external,
    minify: true,
    ...shape,
  });
  writeFileSync(
    join(folder, 'run.mjs'),
    `await import(${JSON.stringify(join(ROOT, '.darkroom-bench', 'negate.mjs'))});\n`,
  );
  return join(folder, 'run.mjs');
}

/** Clock ticks that the children of this process took, as proc(5) counts them: 3 runs, since a tick is 10 ms. */
function cpuOf(program: string, parameters: readonly string[]): Cost {
  const ticks = (): number => {
    const stat = readFileSync('/proc/self/stat', 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return Number(fields[13]) + Number(fields[14]);
  };
  return async () => {
    const before = ticks();
    for (let run = 0; run < 3; run += 1) await promisify(execFile)(program, [...parameters]);
    return ticks() - before;
  };
}
