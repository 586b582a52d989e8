import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startGateway } from '../../../../infra/local/gateway/gateway.ts';
import { REFUSALS } from '../../../../infra/local/lambda/invocation.ts';
import { type TrialGateway, trialGateway } from './trial-gateway.ts';

let trial: TrialGateway;
beforeAll(async () => {
  trial = await trialGateway();
});
afterAll(() => trial.close());

beforeEach(() => {
  trial.lines.length = 0;
});

describe('The gateway itself answers', () => {
  test.each([
    ['/nowhere', 404, 'Not Found'],
    ['/images/', 404, 'Not Found'],
    ['/health?throw=1', 500, 'Internal Server Error'],
    ['/health?size=6291556', 500, 'Internal Server Error'],
    ['/health?answer={"statusCode":200,"headers":{"a":"b%5Cr%5Cnc:d"}}', 500, 'Internal Server Error'],
  ])('%s with %i %s', async (path, status, message) => {
    const answer = await trial.send(path);
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toBe('application/json');
    expect(answer.body.toString()).toBe(JSON.stringify({ message }));
  });

  test('413 to a body over 10 MB, whether its length is told, found out or asked about first', async () => {
    const body = Buffer.alloc(10 * 1024 ** 2 + 1);
    for (const headers of [
      { 'content-length': body.length },
      { 'transfer-encoding': 'chunked' },
      { 'content-length': body.length, expect: '100-continue' },
    ]) {
      const answer = await trial.send('/images/x', { method: 'POST', headers }, body);
      expect(answer.status).toBe(413);
      expect(answer.body.toString()).toBe('{"message":"Request Entity Too Large"}');
    }
    expect(trial.lines).toEqual([]);
  });

  test('413 to an event over 6 MB, of which base64 is a part', async () => {
    const post = (bytes: number) => trial.send('/images/x?size=1', { method: 'POST' }, Buffer.alloc(bytes));
    expect((await post(4_600_000)).status).toBe(200);
    expect((await post(4_800_000)).status).toBe(413);
  });

  test('429 above what the template lets through, without asking the function', async () => {
    const narrow = await trialGateway(29_000, { requestsPerSecond: 1, burst: 2 });
    const answers = [
      await narrow.send('/health'),
      await narrow.send('/health'),
      await narrow.send('/health'),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
    expect(answers[2]?.body.toString()).toBe('{"message":"Too Many Requests"}');
    expect(answers[2]?.headers['retry-after']).toBe('1');
    expect((await narrow.send('/images/x')).status).toBe(200);
    await narrow.close();
  });

  test('503 when the function takes too long, which goes on', async () => {
    const hasty = await trialGateway(100);
    const answer = await hasty.send('/health?sleep=300');
    expect(answer.status).toBe(503);
    expect(answer.body.toString()).toBe('{"message":"Service Unavailable"}');
    expect(answer.headers['retry-after']).toBe('1');
    expect(hasty.lines.map((line) => line.text)).toEqual([
      'GET /health answers 503, no answer within 100 ms',
    ]);
    await hasty.close();
  });

  test.each([
    ['too many wait already', REFUSALS.tooMany],
    ['it is stopping', REFUSALS.stopping],
  ])('503 with Retry-After and what to do when %s', async (_, refusal) => {
    const invoke = () => Promise.resolve({ ...refusal, requestId: 'r' });
    const fn = { name: 'busy', invoke, pids: () => [], close: () => Promise.resolve() };
    const routes = [{ key: 'GET /health', functionArn: 'arn:busy', timeoutMs: 1_000 }];
    const functions = new Map([['arn:busy', fn]]);
    const busy = await startGateway({ host: '127.0.0.1', port: 0, routes, functions, log: () => {} });
    const answer = await fetch(`${busy.url}/health`);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await answer.json()).toMatchObject({ status: 503, detail: expect.stringContaining('ask again') });
    await busy.close();
  });

  test('and logs why a function failed, which it does not tell', async () => {
    await trial.send('/health?throw=1');
    expect(trial.lines.at(-1)).toMatchObject({
      name: 'gateway',
      requestId: expect.any(String),
      text: 'GET /health answers 500, Error: a secret',
    });
  });
});

describe('Starting and closing', () => {
  test('a port that is taken is an error', async () => {
    const routes: never[] = [];
    const options = {
      host: '127.0.0.1',
      port: trial.gateway.port,
      routes,
      functions: new Map(),
      log: () => {},
    };
    await expect(startGateway(options)).rejects.toThrow('EADDRINUSE');
  });

  test('a route to a function that is not there is an error', async () => {
    const routes = [{ key: 'GET /x', functionArn: 'arn:lost', timeoutMs: 1 }];
    const options = { host: '127.0.0.1', port: 0, routes, functions: new Map(), log: () => {} };
    await expect(startGateway(options)).rejects.toThrow('GET /x leads to arn:lost');
  });

  test('what runs gets its answer, and idle connections do not hold it up', async () => {
    const { gateway, send, close } = await trialGateway();
    await fetch(`${gateway.url}/nowhere`);
    const running = send('/health?sleep=200&answer="late"');
    await sleep(100);
    const began = performance.now();
    const closing = close();
    expect((await running).body.toString()).toBe('late');
    await closing;
    expect(performance.now() - began).toBeLessThan(4_000);
    await expect(fetch(gateway.url)).rejects.toThrow();
  });
});
