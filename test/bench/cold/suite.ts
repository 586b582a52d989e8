import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildSync } from 'esbuild';
import { bundledCode } from '../../../infra/bundle.ts';
import { canBake, REHEARSAL } from '../../../infra/compile-cache.ts';
import type { FunctionName } from '../../../infra/stacks/service-stack.ts';
import { type Measured, median } from '../pairs.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const FUNCTIONS = ['process', 'api', 'render', 'sweep'] as const satisfies readonly FunctionName[];
/** Fewer tell more of the machine than of the code: each is a process of its own. */
const MIN_PAIRS = 15;
const MOST = 0.5;

/** Time of the import that a start waits for, in milliseconds, and CPU of all threads in it. */
interface Start {
  readonly ms: number;
  readonly cpuMs: number;
}

/**
 * The cold start of each function: the asset as it is deployed for this machine's processor, against one plain file of the same features
 * (esbuild, minified). Each sample is a fresh process; the two of a pair run one behind the other, in turns.
 */
export async function* measure(pairs: number): AsyncGenerator<Measured> {
  const arch = process.arch === 'arm64' ? 'arm64' : 'x64';
  if (!canBake({ target: 'aws', arch })) {
    yield { id: 'cold', what: 'starts of all functions', skipped: 'assets for Lambda start on Linux alone' };
    return;
  }
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'darkroom-cold-'));
  try {
    for (const name of FUNCTIONS) {
      bundledCode({ name, target: 'aws', arch, folder: join(folder, 'assets') });
      const [ours, plain] = [asDeployed(folder, name), asOneFile(folder, name)];
      const runs: { readonly ours: Start; readonly plain: Start }[] = [];
      for (let pair = 0; pair < Math.max(pairs, MIN_PAIRS); pair += 1)
        runs.push(
          pair % 2 === 0
            ? { ours: await start(ours), plain: await start(plain) }
            : inTurn(await start(plain), await start(ours)),
        );
      const row = { atMost: MOST, pairs: runs.length };
      const time = median(runs.map((run) => run.ours.ms / run.plain.ms));
      const cpu = median(runs.map((run) => run.ours.cpuMs / run.plain.cpuMs));
      yield { id: `cold-${name}`, what: `start of ${name}, time`, ratio: time, ...row };
      yield { id: `cold-${name}-cpu`, what: `start of ${name}, CPU`, ratio: cpu, ...row };
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Entry {
  readonly module: string;
  /** What the process has for `/tmp`. */
  readonly tmp: string;
}

/** Laid out as on Lambda: the code cache is found by the way from `/tmp` to `/var/task`. */
function asDeployed(folder: string, name: FunctionName): Entry {
  const root = join(folder, `${name}-deployed`);
  const task = join(root, 'var', 'task');
  cpSync(join(folder, 'assets', name), task, { recursive: true });
  const tmp = join(root, 'tmp');
  mkdirSync(tmp);
  return { module: join(task, 'index.mjs'), tmp };
}

/** As esbuild does it by itself: each further option is a choice of ours, and is measured as such. */
function asOneFile(folder: string, name: FunctionName): Entry {
  const outfile = join(folder, `${name}-plain`, 'index.mjs');
  buildSync({
    entryPoints: [join(ROOT, 'functions', name, 'handler.ts')],
    ...{ outfile, absWorkingDir: ROOT, bundle: true, minify: true, external: ['sharp', '@img/*'] },
    ...{ format: 'esm', platform: 'node', target: 'node24' },
    banner: { js: `import{createRequire}from'node:module';const require=createRequire(import.meta.url);` },
    tsconfigRaw: {},
    logLevel: 'error',
  });
  return { module: outfile, tmp: folder };
}

async function start({ module, tmp }: Entry): Promise<Start> {
  const child = join(import.meta.dirname, 'child.mjs');
  const env = { ...REHEARSAL, AWS_REGION: 'us-east-1', TMPDIR: tmp };
  const { stdout } = await promisify(execFile)(process.execPath, [child, module], { env });
  return JSON.parse(stdout) as Start;
}

function inTurn(plain: Start, ours: Start) {
  return { ours, plain };
}
