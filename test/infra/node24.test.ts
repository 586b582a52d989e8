import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import cdk from '../../cdk.json' with { type: 'json' };
import project from '../../package.json' with { type: 'json' };

const LAUNCHER = resolve(import.meta.dirname, '../../infra/node24.mjs');
/** What makes this Node look like another to the launcher. */
const OLD = preload(`
  Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.19.2' } });
  delete process.execve;`);
const WITHOUT_EXECVE = preload('delete process.execve;');

const folder = mkdtempSync(join(tmpdir(), 'darkroom-node-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('node24', () => {
  it('stands before everything of ours that a script runs, since npm 10 leaves them the user’s own Node', () => {
    const commands = Object.values(project.scripts).flatMap((script) => script.split(' && '));
    const others = commands.filter((it) => !/^(exec )?(env \w+=\w+ )?node infra\/node24\.mjs /.test(it));
    expect(others.filter((it) => !/^(npm run|biome|tsc)\b/.test(it))).toEqual([]);
    expect(cdk.app).toBe('node infra/node24.mjs infra/app.ts');
  });

  it('goes on in the same process, with the same words and streams', async () => {
    const child = spawn(process.execPath, [LAUNCHER, '-p', '[process.pid, process.argv[1]].join()', 'a b']);
    expect((await told(child)).trim()).toBe(`${child.pid},a b`);
  });

  it.each([
    ['where a process can take another’s place', []],
    ['where it cannot', WITHOUT_EXECVE],
  ])('ends with the code of what it ran, %s', async (_, before) => {
    const child = spawn(process.execPath, [...before, LAUNCHER, '-e', 'process.exit(7)']);
    expect(await once(child, 'exit')).toEqual([7, null]);
  });

  it('passes signals on where it cannot be replaced, and waits', async () => {
    const program = `process.once('SIGTERM', () => setTimeout(process.exit, 50, 0)); setInterval(() => {}, 99); console.log('up')`;
    const child = spawn(process.execPath, [...WITHOUT_EXECVE, LAUNCHER, '-e', program]);
    const ended = once(child, 'exit');
    await once(child.stdout, 'data');
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  });

  it('takes the Node of the lockfile where this one is too old', async () => {
    const name = `node-${process.platform}-${process.arch}`;
    const launcher = copyInto(join(folder, 'with'), { 'node-sass': '1', [name]: '24' });
    const installed = join(folder, 'with/node_modules', name);
    mkdirSync(join(installed, 'bin'), { recursive: true });
    writeFileSync(join(installed, 'package.json'), '{"bin":{"node":"bin/node"}}');
    writeFileSync(join(installed, 'bin/node'), `#!/bin/sh\necho "from the lockfile: $@"\n`);
    chmodSync(join(installed, 'bin/node'), 0o755);
    const { stdout } = await promisify(execFile)(process.execPath, [...OLD, launcher, 'main.ts', 'x']);
    expect(stdout).toBe('from the lockfile: main.ts x\n');
  });

  it('says in one line what is missing where there is none', async () => {
    const launcher = copyInto(join(folder, 'without'), {});
    const child = spawn(process.execPath, [...OLD, launcher, 'main.ts']);
    const [words, [code]] = await Promise.all([told(child, 'stderr'), once(child, 'exit')]);
    expect(code).toBe(1);
    expect(words).toMatch(/^darkroom: this is Node 20\.19\.2, and 22\.18 is the least\. .+\n$/);
  });
});

function preload(code: string): readonly string[] {
  return ['--import', `data:text/javascript,${encodeURIComponent(code)}`];
}

function copyInto(root: string, optionalDependencies: Readonly<Record<string, string>>): string {
  const launcher = join(root, 'infra/node24.mjs');
  cpSync(LAUNCHER, launcher);
  writeFileSync(join(root, 'package.json'), JSON.stringify({ optionalDependencies }));
  return launcher;
}

async function told(child: ChildProcess, stream: 'stdout' | 'stderr' = 'stdout'): Promise<string> {
  let text = '';
  for await (const chunk of child[stream] ?? []) text += chunk;
  return text;
}
