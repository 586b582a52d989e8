import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT, startDarkroom, type TestDarkroom } from '../support/runtime.ts';
import { blocksOf, readPage } from './pages.ts';

/** Marks a block that can be run on any machine. What stands in a `text` block right behind it is what it prints, `…` standing for anything. */
const RUNNABLE = 'sh here';
const WITHIN_MS = 90_000;
/** Between two blocks, in what they print. */
const MARK = '\u001e';

interface Command {
  readonly sh: string;
  readonly prints: string | undefined;
}

let darkroom: TestDarkroom;

beforeAll(async () => {
  darkroom = await startDarkroom();
}, 60_000);
afterAll(() => darkroom.close());

describe.each(['README.md', 'docs/operations.md'])('%s', (page) => {
  const all = commandsOf(page);
  const runnable = all.filter(({ sh }) => hasAws() || !/\baws\b/.test(sh));

  it('has commands that can be tried here', () => expect(all.length).toBeGreaterThan(0));

  if (runnable.length < all.length) it.skip('has commands for the aws cli, which is not installed here');

  it('prints what it says when its commands are typed in their order', { timeout: WITHIN_MS }, async () => {
    const printed = await type(
      runnable.map(({ sh }) => sh),
      page,
    );
    for (const [index, { sh, prints }] of runnable.entries()) {
      expect(printed[index], `${sh}\nwas not reached; before it:\n${printed.at(-1)}`).toBeDefined();
      expect(firstMissing(prints ?? '', printed[index] ?? ''), printed[index]).toBeUndefined();
    }
  });
});

function commandsOf(name: string): readonly Command[] {
  const blocks = blocksOf(readPage(name));
  return blocks.flatMap(({ info, text }, index) => {
    const next = blocks[index + 1];
    return info === RUNNABLE ? [{ sh: text, prints: next?.info === 'text' ? next.text : undefined }] : [];
  });
}

/** What each block printed, as one shell in a folder that looks like the project's ran them; the first that fails is the last. */
async function type(blocks: readonly string[], page: string): Promise<readonly string[]> {
  const { runtime } = darkroom;
  const ports = { 3000: new URL(runtime.apiUrl).port, 4566: new URL(runtime.awsUrl).port };
  const script = blocks
    .join(`printf '${MARK}'\n`)
    .replaceAll(/(?<=127\.0\.0\.1:)(3000|4566)/g, (port) => ports[port as '3000' | '4566']);
  const cwd = projectFolder(page);
  const env = { ...process.env, DARKROOM_HOME: runtime.home.path, S3_PORT: ports[4566], NO_COLOR: '1' };
  const run = promisify(execFile)('bash', ['-euo', 'pipefail', '-c', `exec 2>&1\n${script}`], { cwd, env });
  const { stdout } = await run.catch((error: { stdout: string }) => ({ stdout: `${error.stdout}` }));
  return stdout.split(MARK);
}

/** Beside the state folder: files that a command leaves there go with it. */
function projectFolder(page: string): string {
  const home = darkroom.runtime.home.path;
  const folder = join(home, 'pages', basename(page));
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(ROOT).filter((it) => !it.startsWith('.')))
    symlinkSync(join(ROOT, name), join(folder, name));
  symlinkSync(home, join(folder, '.darkroom'));
  return folder;
}

/** The first of what stands between two `…` that was not printed behind the one before it. */
function firstMissing(prints: string, printed: string): string | undefined {
  let at = 0;
  return prints
    .trim()
    .split('…')
    .find((part) => {
      const found = printed.indexOf(part, at);
      at = found + part.length;
      return found < 0;
    });
}

function hasAws(): boolean {
  try {
    execFileSync('aws', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
