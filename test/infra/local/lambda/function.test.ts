import { afterAll, describe, expect, test, vi } from 'vitest';
import { answerOf, temporaryFunctions } from './temporary-functions.ts';

const functions = temporaryFunctions();
const { start } = functions;
afterAll(functions.close);

const SLOW = `export const handler = async (ms) => {
  await new Promise((resolve) => setTimeout(resolve, ms));
  return process.pid;
};`;

describe('An invocation', () => {
  test('gives the event to the handler and its return value back', async () => {
    const fn = start('export const handler = async (event) => ({ got: event });');
    const result = await fn.invoke({ ä: ['😀', null] });
    expect(answerOf(result)).toEqual({ got: { ä: ['😀', null] } });
    expect(result.requestId).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('sees the environment of Lambda, the settings of its template and of this machine, and nothing else', async () => {
    process.env.SECRET_OF_THE_SHELL = 'yes';
    const fn = start(
      'export const handler = async (_, context) => ({ env: process.env, cwd: process.cwd(), context, send: process.send });',
      { environment: { SETTING: 'template', AWS_REGION: 'template' }, memoryMb: 300 },
      { environment: { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'key' } },
    );
    const { env, cwd, context, send } = answerOf(await fn.invoke({})) as Record<
      string,
      Record<string, string>
    >;
    delete process.env.SECRET_OF_THE_SHELL;
    expect(env).toMatchObject({
      _HANDLER: 'index.handler',
      AWS_ACCESS_KEY_ID: 'key',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '300',
      AWS_LAMBDA_FUNCTION_NAME: 'trial',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_REGION: 'eu-west-1',
      LAMBDA_TASK_ROOT: cwd,
      SETTING: 'template',
    });
    expect(env).not.toHaveProperty('SECRET_OF_THE_SHELL');
    expect(send, 'the way to the runtime').toBeUndefined();
    expect(context).toMatchObject({
      functionName: 'trial',
      invokedFunctionArn: expect.stringContaining(':function:trial'),
    });
  });

  test('finds the sandbox of the last one warm', async () => {
    const fn = start('let n = 0; export const handler = async () => [process.pid, ++n];');
    const [first, second] = [answerOf(await fn.invoke({})), answerOf(await fn.invoke({}))] as number[][];
    expect(second).toEqual([first?.[0], 2]);
    expect(fn.pids()).toHaveLength(1);
  });

  test('has a sandbox of its own while it runs, and waits in order when all are taken', async () => {
    const fn = start(SLOW);
    const order: number[] = [];
    const pids = await Promise.all(
      [0, 1, 2, 3].map(async (n) => {
        const pid = answerOf(await fn.invoke(100));
        order.push(n);
        return pid;
      }),
    );
    expect(new Set(pids).size).toBe(2);
    expect(order.slice(0, 2).sort()).toEqual([0, 1]);
    expect(fn.pids()).toHaveLength(2);
  });

  test('beyond those that run readily waits for one of them, but not for one that hangs', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    try {
      const fn = start(SLOW, {}, { readyConcurrency: 1, maxConcurrency: 3 });
      const soon = await Promise.all([0, 20, 0].map(async (ms) => answerOf(await fn.invoke(ms))));
      expect(new Set(soon).size).toBe(1);

      const hanging = [fn.invoke(2_000), fn.invoke(2_000)];
      const behind = fn.invoke(0);
      vi.advanceTimersByTime(100);
      await vi.waitFor(() => expect(fn.pids()).toHaveLength(2));
      vi.advanceTimersByTime(100);
      const pid = answerOf(await behind);
      expect(fn.pids()).toHaveLength(3);
      expect((await Promise.all(hanging)).map(answerOf)).not.toContain(pid);
    } finally {
      vi.useRealTimers();
    }
  });

  test('that waits leaves the line when its caller gives up, and one that runs goes on', async () => {
    const fn = start(SLOW, {}, { maxConcurrency: 1 });
    const leave = new AbortController();
    const running = fn.invoke(200);
    const waiting = fn.invoke(5_000, { signal: leave.signal });
    leave.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    const pid = answerOf(await running);
    expect(answerOf(await fn.invoke(0))).toBe(pid);

    const dropped = fn.invoke(200, { signal: AbortSignal.timeout(50) });
    await expect(dropped).rejects.toThrow('timeout');
    expect(answerOf(await fn.invoke(0))).toBe(pid);
  });
});
