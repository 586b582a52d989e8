import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TrialGateway, trialGateway } from './trial-gateway.ts';

let trial: TrialGateway;
beforeAll(async () => {
  trial = await trialGateway();
});
afterAll(() => trial.close());

describe('A client', () => {
  test('that asks first is told to go on', async () => {
    const headers = { expect: '100-continue', 'content-type': 'text/plain' };
    const answer = await trial.send('/images/x?echo=1', { method: 'POST', headers }, 'text');
    expect(answer.body.toString()).toBe('text');
  });

  test('that pipelines is answered in order on one connection', async () => {
    const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;
    const text = await trial.converse(
      `${get('/health?answer="one"&sleep=100')}${get('/nowhere')}${get('/health?answer="three"').replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n')}`,
    );
    expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 404', 'HTTP/1.1 200']);
    expect(text.indexOf('one')).toBeLessThan(text.indexOf('Not Found'));
    expect(text.indexOf('Not Found')).toBeLessThan(text.indexOf('three'));
  });

  test.each(['/images/%zz', '/images/%ff', '*'])(
    'that asks for %s is told how a path is written',
    async (path) => {
      const answer = await trial.send(path);
      expect(answer.headers['content-type']).toBe('application/problem+json');
      expect(JSON.parse(answer.body.toString())).toMatchObject({
        ...{ status: 400, code: 'BAD_REQUEST', title: 'Bad Request', instance: expect.any(String) },
        detail: expect.stringContaining('% is written %25'),
      });
    },
  );

  test.each([
    ['a raw letter in the query', 'GET /images?prefix=grün HTTP/1.1\r\nHost: x\r\n\r\n', 400, 'gr%C3%BCn'],
    ['a raw letter in the path', 'GET /images/grün HTTP/1.1\r\nHost: x\r\n\r\n', 400, 'gr%C3%BCn'],
    ['a space in the URL', 'GET /images/a b HTTP/1.1\r\nHost: x\r\n\r\n', 400, '%20'],
    ['a method of its own', 'FETCH / HTTP/1.1\r\nHost: x\r\n\r\n', 400, 'method'],
    ['no host', 'GET /health HTTP/1.1\r\n\r\n', 400, 'Host header'],
    ['an expectation', 'GET /health HTTP/1.1\r\nHost: x\r\nExpect: tea\r\n\r\n', 417, 'not tea'],
    ['long headers', `GET / HTTP/1.1\r\nHost: x\r\nA: ${'a'.repeat(400_000)}\r\n\r\n`, 431, '16384 bytes'],
    ['no HTTP', 'GET / HTTP/1.1\r\nno header\r\n\r\n', 400, 'Invalid header token'],
  ])('that sends %s is told what to do, and the connection ends', async (_, text, status, told) => {
    const [head = '', body = ''] = (await trial.converse(text)).split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} .*connection: close`, 'is'));
    expect(head).toContain('application/problem+json');
    expect(JSON.parse(body)).toMatchObject({
      ...{ status, type: 'about:blank', instance: expect.any(String) },
      detail: expect.stringContaining(told),
    });
  });

  test('that asks by HEAD for what cannot be read gets no body', async () => {
    const text = await trial.converse(`HEAD /${'a'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`);
    expect(text).toMatch(/^HTTP\/1\.1 431 /);
    expect(text).toMatch(/\r\n\r\n$/);
  });

  test('that sends nonsense behind a request is not answered in the middle of another answer', async () => {
    const whole = 'GET /health?answer="one" HTTP/1.1\r\nHost: x\r\n\r\n';
    const text = await trial.converse(`${whole}\x00\x00\x00`);
    expect(text.match(/HTTP\/1\.1 \d+/g)?.length).toBeLessThanOrEqual(1);
  });

  test.each([
    [
      'two framings',
      'POST /images/x HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n',
    ],
    ['two lengths', 'POST /images/x HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n'],
    ['no host', 'GET /health HTTP/1.1\r\n\r\n'],
    ['no HTTP', 'what is this\r\n\r\n'],
  ])('that sends %s is refused', async (_, text) => {
    expect(await trial.converse(text)).toMatch(/^HTTP\/1\.1 400/);
  });

  test('that goes away in the middle harms nobody', async () => {
    for (const text of [
      'POST /images/x HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf',
      'GET /health?sleep=100 HTTP/1.1\r\nHost: x\r\n\r\n',
    ]) {
      const socket = connect(trial.gateway.port, '127.0.0.1');
      socket.write(text);
      await sleep(30);
      socket.destroy();
    }
    await sleep(150);
    expect((await trial.send('/health')).status).toBe(200);
    expect(trial.lines).toEqual([]);
  });
});
