import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesize } from '../app.ts';
import type { Said } from '../settings.ts';
import { STAGES } from '../stages.ts';
import { BUDGETS, bytesOf } from './assets.ts';
import { customResources } from './custom-resources.ts';
import { ALL_ON, addRules } from './rules.ts';

/** `npm run check:infra`: all that can be known of a deployment before there is one. Exit 1 when something of it is wrong. */

const ROOT = join(import.meta.dirname, '..', '..');
const TESTS = ['permissions', 'kept-data', 'alarms'].map((name) => `test/infra/${name}.test.ts`);
/** Beside the stages, one with all options on: each resource that there can be is looked at. */
const DEPLOYMENTS: Readonly<Record<string, Said>> = {
  ...Object.fromEntries(Object.keys(STAGES).map((stage) => [stage, { stage }])),
  'all options': ALL_ON,
};

/** Says whether something holds; `check` returns what is wrong, or throws it. */
function report(what: string, check: () => readonly string[]): void {
  let wrong: readonly string[];
  try {
    wrong = check();
  } catch (error) {
    wrong = [error instanceof Error ? error.message : String(error)];
  }
  console.log(`${wrong.length === 0 ? 'ok  ' : 'FAIL'} ${what}`);
  for (const line of wrong) console.log(`       ${line}`);
  if (wrong.length > 0) process.exitCode = 1;
}

const outdir = mkdtempSync(join(tmpdir(), 'darkroom-check-'));
try {
  for (const [name, said] of Object.entries(DEPLOYMENTS)) {
    const assembly = join(outdir, name);
    report(`${name}: the rules of CDK and of cdk-nag's AwsSolutions`, () => {
      synthesize(said, assembly, addRules);
      return [];
    });
    report(`${name}: no custom resource`, () => customResources(assembly));
    for (const [fn, budget] of Object.entries(BUDGETS)) {
      const bytes = bytesOf(join(assembly, 'bundles', fn));
      report(`${name}: ${fn} has ${bytes} bytes of ${budget}`, () =>
        bytes > 0 && bytes <= budget ? [] : ['look at what it imports, or raise the budget knowingly'],
      );
    }
  }
  report('who may do what, what a deploy would replace, and who is told', () => {
    const vitest = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
    const run = spawnSync(process.execPath, [vitest, 'run', '--reporter=dot', ...TESTS], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    return run.status === 0 ? [] : [run.stdout + run.stderr];
  });
} finally {
  rmSync(outdir, { recursive: true, force: true });
}
