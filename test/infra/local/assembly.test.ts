import { appendFileSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { synthesize } from '../../../infra/local/assembly.ts';
import { createProject, type Project } from '../project.ts';

const CONTEXT = { target: 'here', region: 'eu-north-1', accountId: '000000000000' };

let project: Project;
let outdir: string;
/** Synthesizes as a start of the runtime does, and tells whether the app had to run. */
let start: (context?: Readonly<Record<string, string>>) => Promise<boolean>;
beforeAll(async () => {
  project = createProject();
  const home = join(project.root, 'home');
  outdir = join(home, 'assembly');
  start = async (context = CONTEXT) => {
    let hasRun = false;
    const onSynthesis = (): void => {
      hasRun = true;
    };
    const { templates } = await synthesize({ root: project.root, home, context, onSynthesis });
    expect(templates.map(({ stack }) => stack)).toEqual(['Data', 'Service']);
    return hasRun;
  };
  expect(await start()).toBe(true);
});
afterAll(() => project.remove());

it('what was made of the same sources and settings is taken as it is', async () => {
  expect(await start()).toBe(false);
});

it('the runtime’s own code and tests are no sources', async () => {
  appendFileSync(join(project.root, 'infra', 'local', 'assembly.ts'), '// changed\n');
  expect(await start()).toBe(false);
});

it('a changed source is seen, and one that a synthesis left unfinished is made again', async () => {
  await start();
  appendFileSync(join(project.root, 'functions', 'api', 'handler.ts'), '// changed\n');
  expect(await start()).toBe(true);
  rmSync(join(outdir, 'fingerprint'));
  rmSync(join(outdir, 'Service.template.json'));
  expect(await start()).toBe(true);
});

it('another setting is another assembly', async () => {
  const other = { ...CONTEXT, basePath: '/other' };
  expect(await start(other)).toBe(true);
  expect(await start(other)).toBe(false);
});

it('an app that fails says why, and leaves nothing that looks like an assembly', async () => {
  await expect(start({ ...CONTEXT, basePath: 'no-slash' })).rejects.toThrow(
    /The CDK app cannot be synthesized: .*basePath=no-slash: it takes nothing, or a path/s,
  );
  expect(existsSync(join(outdir, 'fingerprint'))).toBe(false);
});

it('a function that cannot be bundled is named with what is wrong', async () => {
  const source = `import './absent.ts';\nexport const handler = 1;\n`;
  writeFileSync(join(project.root, 'functions', 'api', 'handler.ts'), source);
  await expect(start()).rejects.toThrow(
    `functions/api/handler.ts:1:7: ERROR: Could not resolve "./absent.ts"`,
  );
});
