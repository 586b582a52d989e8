import { afterAll, describe, expect, test } from 'vitest';
import { answerOf, temporaryFunctions } from './temporary-functions.ts';

const functions = temporaryFunctions();
const { start } = functions;
afterAll(functions.close);

const WHO = 'export const handler = async () => process.pid;';
describe('A failure', () => {
  test.each([
    ['throw new TypeError("no way")', 'TypeError', 'no way'],
    ['throw "text"', 'string', 'text'],
    ['process.exit(3)', 'Runtime.ExitError', 'exit status 3'],
    ['process.exit(0)', 'Runtime.ExitError', 'without providing a reason'],
    ['process.kill(process.pid, "SIGSEGV")', 'Runtime.ExitError', 'SIGSEGV'],
    ['const all = []; for (;;) all.push(new Array(1e5).fill(1))', 'Runtime.ExitError', 'SIGABRT'],
    ['for (;;);', 'Sandbox.Timedout', 'Task timed out after 1.00 seconds'],
    ['await new Promise((resolve) => setTimeout(resolve, 5e3))', 'Sandbox.Timedout', 'Task timed out after'],
    ['return "x".repeat(6_291_555)', 'Function.ResponseSizeTooLarge', '6291557 bytes'],
    ['return { toJSON() { throw 1 } }', 'Runtime.JSONStringifyError', 'Unable to stringify'],
  ])('%s is %s, and the next invocation is served', async (statement, errorType, message) => {
    const fn = start(`export const handler = async (bad) => { if (bad) { ${statement} } return 'fine'; };`, {
      memoryMb: 128,
      timeoutSeconds: errorType === 'Sandbox.Timedout' ? 1 : 10,
    });
    const result = await fn.invoke(true);
    expect(result).toMatchObject({ ok: false, errorType, errorMessage: expect.stringContaining(message) });
    expect(answerOf(await fn.invoke(false))).toBe('fine');
  });

  test.each([
    ['import "./missing.mjs";', 'index.handler', 'Error', 'missing.mjs'],
    ['throw new RangeError("at once");', 'index.handler', 'RangeError', 'at once'],
    ['const = 1;', 'index.handler', 'Runtime.UserCodeSyntaxError', 'Unexpected'],
    ['process.exit(4);', 'index.handler', 'Runtime.ExitError', 'exit status 4'],
    ['', 'absent.handler', 'Runtime.ImportModuleError', 'absent'],
    ['export const other = 1;', 'index.handler', 'Runtime.HandlerNotFound', 'index.handler'],
    ['', 'nothing', 'Runtime.MalformedHandlerName', 'Bad handler'],
  ])('to start, %s as %s, is %s for each who waits', async (source, handler, errorType, message) => {
    const fn = start(source, { handler }, { maxConcurrency: 1 });
    const results = await Promise.all([fn.invoke(1), fn.invoke(2)]);
    for (const result of results) {
      expect(result).toMatchObject({ ok: false, errorType, errorMessage: expect.stringContaining(message) });
    }
    expect(fn.pids()).toEqual([]);
  });

  test.runIf(process.platform === 'linux')('to keep to the memory kills the sandbox', async () => {
    const hog = `export const handler = async () => {
      for (const all = []; ; await new Promise((resolve) => setTimeout(resolve, 10))) all.push(Buffer.alloc(1e7, 1));
    };`;
    const result = await start(hog, { memoryMb: 128 }).invoke({});
    expect(result).toMatchObject({ ok: false, errorType: 'Runtime.OutOfMemory' });
  });

  test('for being too large keeps an event from the function', async () => {
    const fn = start(WHO);
    expect(await fn.invoke('x'.repeat(6_291_555))).toMatchObject({ errorType: 'Invoke.RequestTooLarge' });
    expect(fn.pids()).toEqual([]);
    expect(await fn.invoke('x'.repeat(6_291_554))).toMatchObject({ ok: true });
  });
});
