import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TrialGateway, trialGateway } from './trial-gateway.ts';

let trial: TrialGateway;
beforeAll(async () => {
  trial = await trialGateway();
});
afterAll(() => trial.close());

describe('A request', () => {
  test('becomes an event of payload format 2.0', async () => {
    const { body } = await trial.send('/images/a%20b/%C3%BC%2Fc?x=1&y=a%26b&x=2', {
      headers: { 'X-One': ['1', '2'], Cookie: ['a=1; b=2', 'c=3'], 'User-Agent': 'trial' },
    });
    expect(JSON.parse(body.toString())).toEqual({
      version: '2.0',
      routeKey: 'GET /images/{path+}',
      rawPath: '/images/a b/ü/c',
      rawQueryString: 'x=1&y=a%26b&x=2',
      cookies: ['a=1', 'b=2', 'c=3'],
      headers: {
        host: `127.0.0.1:${trial.gateway.port}`,
        connection: 'keep-alive',
        'user-agent': 'trial',
        'x-one': '1,2',
        'x-forwarded-for': '127.0.0.1',
        'x-forwarded-port': String(trial.gateway.port),
        'x-forwarded-proto': 'http',
      },
      queryStringParameters: { x: '1,2', y: 'a&b' },
      pathParameters: { path: 'a b/ü/c' },
      requestContext: {
        accountId: '123456789012',
        apiId: 'local',
        domainName: `127.0.0.1:${trial.gateway.port}`,
        domainPrefix: '127',
        http: {
          method: 'GET',
          path: '/images/a b/ü/c',
          protocol: 'HTTP/1.1',
          sourceIp: '127.0.0.1',
          userAgent: 'trial',
        },
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        routeKey: 'GET /images/{path+}',
        stage: '$default',
        time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
        timeEpoch: expect.any(Number),
      },
      isBase64Encoded: false,
    });
  });

  test('names the server by what the request calls it, unless that is somebody else’s name', async () => {
    const nameBy = async (host: string): Promise<unknown> =>
      JSON.parse((await trial.send('/health', { headers: { host } })).body.toString()).requestContext
        .domainName;
    expect(await nameBy('localhost:1234')).toBe('localhost:1234');
    expect(await nameBy('evil.example')).toBe(`127.0.0.1:${trial.gateway.port}`);
  });

  test.each([
    ['/images/a%3Fb/c', '/images/a'],
    ['/images/a%253Fb', '/images/a%3Fb'],
    ['/images/a+b', '/images/a+b'],
    ['/images//a/../b', '/images//a/../b'],
  ])('for %s has the path %s', async (path, rawPath) => {
    expect(JSON.parse((await trial.send(path)).body.toString())).toMatchObject({ rawPath });
  });

  test.each([
    ['text/plain', 'grüße', false],
    ['application/json', '{"a":1}', false],
    ['application/problem+json; charset=utf-8', '{}', false],
    ['application/octet-stream', 'text', true],
    ['image/png', 'text', true],
    ['text/plain', Buffer.from([0xff, 0xfe]), true],
  ])('with a body of %s (%j) has base64 only where it must', async (type, body, isBase64Encoded) => {
    const answer = await trial.send('/images/x', { method: 'POST', headers: { 'content-type': type } }, body);
    expect(JSON.parse(answer.body.toString())).toMatchObject({
      isBase64Encoded,
      body: Buffer.from(body).toString(isBase64Encoded ? 'base64' : 'utf8'),
    });
  });

  test('carries any bytes there and back, chunked or not', async () => {
    const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, i) => (i * 7919) % 256));
    for (const headers of [{}, { 'transfer-encoding': 'chunked' }, { 'content-length': bytes.length }]) {
      const answer = await trial.send('/images/x?echo=1', { method: 'POST', headers }, bytes);
      expect(answer.headers['content-type']).toBe('image/png');
      expect(answer.body.equals(bytes)).toBe(true);
    }
  });
});
