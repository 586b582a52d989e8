import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { temporaryFunctions } from './temporary-functions.ts';

const functions = temporaryFunctions();
const { lines, start } = functions;
afterAll(functions.close);

beforeEach(() => {
  lines.length = 0;
});

describe('What a function prints', () => {
  test('is tagged with its name and with the invocation, JSON as it is, before the caller has the answer', async () => {
    const fn = start(`export const handler = async (n) => {
      process.stdout.write(JSON.stringify({ n, text: 'ü' }) + '\\n');
      console.error('two\\nlines', n);
      process.stderr.write('no end ' + n);
      return n;
    };`);
    const { requestId } = await fn.invoke(1);
    expect(lines).toContainEqual({ name: 'trial', stream: 'stdout', requestId, text: '{"n":1,"text":"ü"}' });
    expect(lines.find((line) => line.text.includes('two'))).toMatchObject({
      requestId,
      text: expect.stringContaining('ERROR\ttwo\nlines 1'),
    });
    await fn.close();
    expect(lines).toContainEqual({ name: 'trial', stream: 'stderr', requestId, text: 'no end 1' });
  });

  test('never gets the tag of another invocation', async () => {
    const fn = start('export const handler = async (n) => { process.stdout.write("<" + n + ">\\n"); };');
    const ids = await Promise.all(
      Array.from({ length: 50 }, async (_, n) => [`<${n}>`, (await fn.invoke(n)).requestId]),
    );
    expect(Object.fromEntries(lines.map((line) => [line.text, line.requestId]))).toEqual(
      Object.fromEntries(ids),
    );
  });
});
