import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TrialGateway, trialGateway } from './trial-gateway.ts';

let trial: TrialGateway;
beforeAll(async () => {
  trial = await trialGateway();
});
afterAll(() => trial.close());

describe('An answer', () => {
  test('has the status, headers and cookies that the function gave', async () => {
    const result = { statusCode: 201, headers: { ETag: '"x"' }, cookies: ['a=1', 'b=2'], body: 'ü' };
    const answer = await trial.send(`/health?answer=${encodeURIComponent(JSON.stringify(result))}`);
    expect(answer).toMatchObject({ status: 201, headers: { etag: '"x"', 'set-cookie': ['a=1', 'b=2'] } });
    expect(answer.headers['content-length']).toBe('2');
    expect(answer.headers['apigw-requestid']).toMatch(/^[0-9a-f-]{36}$/);
  });

  test.each([
    ['HEAD', { statusCode: 200, headers: { 'content-length': '1234', etag: 'x' } }, '1234'],
    ['HEAD', { statusCode: 200, body: 'four' }, '4'],
    ['HEAD', { statusCode: 200 }, undefined],
    ['GET', { statusCode: 200, headers: { 'content-length': '1234' }, body: 'four' }, '4'],
    ['GET', { statusCode: 204 }, undefined],
    ['GET', { statusCode: 304, headers: { etag: 'x' } }, undefined],
  ])('to %s of %j has the length %s', async (method, result, length) => {
    const path = `/images/x?answer=${encodeURIComponent(JSON.stringify(result))}`;
    const answer = await trial.send(path, { method });
    expect(answer.status).toBe(result.statusCode);
    expect(answer.headers['content-length']).toBe(length);
    expect(answer.body.toString()).toBe(method === 'HEAD' ? '' : 'body' in result ? result.body : '');
  });
});
