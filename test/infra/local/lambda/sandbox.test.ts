import { readdirSync } from 'node:fs';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { answerOf, isAlive, temporaryFunctions } from './temporary-functions.ts';

const functions = temporaryFunctions();
const { runFolder, start } = functions;
afterAll(functions.close);

const WHO = 'export const handler = async () => process.pid;';
const SLOW = `export const handler = async (ms) => {
  await new Promise((resolve) => setTimeout(resolve, ms));
  return process.pid;
};`;

describe('Sandboxes', () => {
  test('that nobody needs are ended', async () => {
    const fn = start(WHO, {}, { idleMs: 100 });
    const pid = Number(answerOf(await fn.invoke({})));
    expect(isAlive(pid)).toBe(true);
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false), 5_000);
    expect(answerOf(await fn.invoke({}))).not.toBe(pid);
  });

  test('are all gone after close, which lets what runs end and refuses the rest', async () => {
    const fn = start(SLOW, {}, { maxConcurrency: 1 });
    const pid = Number(answerOf(await fn.invoke(0)));
    const running = fn.invoke(300);
    const waiting = fn.invoke(300);
    const closing = fn.close();
    expect(await waiting).toMatchObject({ ok: false, errorType: 'Invoke.Stopping' });
    expect(await running).toMatchObject({ ok: true });
    await closing;
    expect(isAlive(pid)).toBe(false);
    expect(fn.pids()).toEqual([]);
    expect(await fn.invoke(0)).toMatchObject({ ok: false, errorType: 'Invoke.Stopping' });
  });

  test('that start while the function closes do not stay', async () => {
    const fn = start(WHO);
    const invocation = fn.invoke({});
    await fn.close();
    expect(await invocation).toMatchObject({ ok: false });
    expect(fn.pids()).toEqual([]);
  });

  test('take the processes that they started with them', async () => {
    const fn = start(`import { spawn } from 'node:child_process';
      export const handler = async () => spawn('sleep', ['60'], { stdio: 'inherit' }).pid;`);
    const pid = Number(answerOf(await fn.invoke({})));
    expect(isAlive(pid)).toBe(true);
    await fn.close();
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false), 5_000);
  });

  test('are written down as long as they run', async () => {
    const before = readdirSync(runFolder);
    const fn = start(WHO);
    const pid = answerOf(await fn.invoke({}));
    expect(readdirSync(runFolder)).toContain(`${pid}.pid`);
    await fn.close();
    expect(readdirSync(runFolder)).toEqual(before.filter((name) => name !== `${pid}.pid`));
  });
});
