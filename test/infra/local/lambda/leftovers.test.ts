import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { endLeftovers, recordProcess } from '../../../../infra/local/lambda/leftovers.ts';
import { isAlive } from './temporary-functions.ts';

const folder = mkdtempSync(join(tmpdir(), 'darkroom-leftovers-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const HANDLER = `export const handler = async (event) => {
  if (event.loop) for (;;);
  await new Promise((resolve) => setTimeout(resolve, event.sleepMs));
};`;

/** A runtime with one idle, one waiting and one looping sandbox, which tells their ids. */
const RUNTIME = `
import { startFunction } from ${JSON.stringify(new URL('../../../../infra/local/lambda/function.ts', import.meta.url).href)};
const spec = { name: 'trial', arn: 'arn:aws:lambda:r:0:function:trial', codeDir: ${JSON.stringify(folder)},
  handler: 'index.handler', environment: {}, memoryMb: 128, timeoutSeconds: 60 };
const fn = startFunction({ spec, environment: {}, maxConcurrency: 3, runFolder: ${JSON.stringify(join(folder, 'run'))}, log: () => {} });
await Promise.all([1, 2, 3].map(() => fn.invoke({ sleepMs: 100 })));
fn.invoke({ sleepMs: 60_000 });
fn.invoke({ loop: true });
setTimeout(() => process.stdout.write(JSON.stringify(fn.pids())), 100);
`;

describe('When the runtime is killed', () => {
  test.skipIf(process.platform === 'win32')('its sandboxes end, idle, busy or caught in a loop', async () => {
    writeFileSync(join(folder, 'index.mjs'), HANDLER);
    writeFileSync(join(folder, 'runtime.mjs'), RUNTIME);
    const runtime = spawn(process.execPath, [join(folder, 'runtime.mjs')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [text] = (await once(runtime.stdout, 'data')) as [Buffer];
    const pids = JSON.parse(text.toString()) as number[];
    expect(pids).toHaveLength(3);
    expect(pids.every(isAlive)).toBe(true);

    runtime.kill('SIGKILL');
    for (let waitedMs = 0; pids.some(isAlive) && waitedMs < 2_000; waitedMs += 20) await sleep(20);
    expect(pids.filter(isAlive)).toEqual([]);
    expect(await endLeftovers(join(folder, 'run'))).toBe(0);
    expect(readdirSync(join(folder, 'run'))).toEqual([]);
  });
});

describe.runIf(process.platform === 'linux')('The next start', () => {
  const runFolder = join(folder, 'next');

  test('kills what is still the same process', async () => {
    const child = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
    recordProcess(runFolder, Number(child.pid));
    expect(await endLeftovers(runFolder)).toBe(1);
    expect(child.signalCode ?? (await once(child, 'exit'))[1]).toBe('SIGKILL');
    expect(readdirSync(runFolder)).toEqual([]);
  });

  test.each([
    ['a process that has got the id since', '5f7b1b1e-0000-0000-0000-000000000000 123'],
    ['a record that was cut short', ''],
  ])('leaves alone %s', async (_, record) => {
    const child = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
    writeFileSync(join(runFolder, `${child.pid}.pid`), record);
    expect(await endLeftovers(runFolder)).toBe(0);
    expect(isAlive(Number(child.pid))).toBe(true);
    child.kill('SIGKILL');
    expect(readdirSync(runFolder)).toEqual([]);
  });
});
