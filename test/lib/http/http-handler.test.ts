import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { describe, expect, it, vi } from 'vitest';
import { DarkroomError } from '../../../lib/error.ts';
import { jsonAnswer } from '../../../lib/http/answer.ts';
import type { Caller } from '../../../lib/http/caller.ts';
import { httpHandler, type Middleware, type RouteHandlers } from '../../../lib/http/http-handler.ts';
import type { Logger } from '../../../lib/logger.ts';

const ANN: Caller = { name: 'ann', role: 'admin', by: 'password' };
const seen = vi.fn();
const logger = vi.fn<Logger>();
const authenticate: Middleware = {
  before({ event }) {
    if (event.headers.authorization === 'wrong') throw new DarkroomError('UNAUTHENTICATED', 'Who is it?');
    event.caller = ANN;
  },
};

const handler = httpHandler({
  basePath: '/base',
  authenticate,
  logger,
  handlers: {
    health: () => Promise.resolve(jsonAnswer('health', 200, { status: 'ok', version: '1' })),
    build(request) {
      seen(request);
      return Promise.resolve({ status: 204, headers: {} });
    },
    users(request) {
      seen(request);
      return Promise.resolve({ status: 204, headers: {} });
    },
    makeToken(request) {
      seen(request);
      return Promise.resolve({ status: 204, headers: {} });
    },
    events: () => Promise.reject(new Error('secret inside')),
    list: () => Promise.reject(new DarkroomError('CONFLICT', 'two of them')),
  },
});

interface Sent {
  readonly query?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly pathParameters?: Record<string, string>;
}

async function call(method: string, rawPath: string, sent: Sent = {}) {
  const { query: rawQueryString = '', headers = {}, ...rest } = sent;
  const http = { method, sourceIp: '10.0.0.1' };
  const requestContext = { http, domainName: 'api.example', requestId: 'r1' };
  const event = { rawPath, rawQueryString, headers, requestContext, isBase64Encoded: false, ...rest };
  const answer = await handler(event as unknown as APIGatewayProxyEventV2, {} as Context);
  const { statusCode, headers: answered, body } = answer;
  return { statusCode, headers: answered, body: JSON.parse(body || 'null') };
}

const REQUEST = () => seen.mock.lastCall?.[0];

describe('a function behind the gateway', () => {
  it('gives a route what its row reads: parameters, query, body, caller and base URL', async () => {
    await call('GET', '/base/build/7');
    expect(REQUEST()).toMatchObject({ name: 'build', params: { id: '7' }, path: '/build/7', caller: ANN });
    await call('GET', '/base/users', { query: 'limit=3', headers: { 'x-forwarded-proto': 'http' } });
    expect(REQUEST()).toMatchObject({ query: { limit: 3 }, baseUrl: 'http://api.example/base' });
    await call('POST', '/base/tokens', { body: '{"role":"reader"}' });
    expect(REQUEST()).toMatchObject({ json: { role: 'reader' }, sourceIp: '10.0.0.1' });
  });

  it('takes no host from a header, and no parameters but those of the path that was signed', async () => {
    await call('GET', '/base/build/7', { headers: { host: 'evil.example' }, pathParameters: { id: '8' } });
    expect(REQUEST()).toMatchObject({ params: { id: '7' }, baseUrl: 'https://api.example/base' });
  });

  it('gives links the address that it has from outside, where that is told', async () => {
    const publicUrl = 'https://pictures.example/api';
    const build: RouteHandlers['build'] = async ({ baseUrl }) => ({
      status: 200,
      headers: {},
      body: baseUrl,
    });
    const behind = httpHandler({ basePath: '/base', publicUrl, authenticate, handlers: { build } });
    const requestContext = { http: { method: 'GET' }, domainName: '10.0.0.7', requestId: 'r1' };
    const event = { rawPath: '/base/build/7', rawQueryString: '', headers: {}, requestContext };
    const answer = await behind(event as unknown as APIGatewayProxyEventV2, {} as Context);
    expect(answer.body).toBe(publicUrl);
  });

  it.each<[string, string, Sent, number, string]>([
    ['GET', '/base/nowhere', {}, 404, 'There is no /nowhere here'],
    ['GET', '/health', {}, 404, 'There is no /health here'],
    ['GET', '/basehealth', {}, 404, 'There is no /basehealth here'],
    ['GET', '/base', {}, 404, 'There is no /base here'],
    ['DELETE', '/base/health', {}, 405, '/health takes GET, HEAD, not DELETE'],
    ['GET', '/base/images/cat.jpg', {}, 404, 'slashes'],
    ['GET', '/base/health', { query: 'a=1' }, 400, 'Unknown parameter "a"'],
    ['GET', '/base/', {}, 404, '/base/openapi.json tells what there is'],
    ['GET', '/base/events', { query: 'since=2026-11-21T12:00:00+02:00' }, 400, '%2B'],
    ['POST', '/base/tokens', { headers: { 'content-range': 'bytes 0-1/9' } }, 400, 'only whole bodies'],
    ['POST', '/base/tokens', { headers: { 'content-encoding': 'gzip' } }, 415, 'Content-Encoding gzip'],
    ['POST', '/base/tokens', { body: '{"role":"king"}' }, 400, 'role takes'],
    ['POST', '/base/tokens', { body: 'x', headers: { 'content-type': 'text/plain' } }, 415, 'text/plain'],
    ['GET', '/base/images', {}, 409, 'two of them'],
  ])('answers %s %s %j with %i', async (method, path, sent, status, detail) => {
    const answer = await call(method, path, sent);
    expect(answer).toMatchObject({
      statusCode: status,
      headers: { 'content-type': 'application/problem+json', 'x-content-type-options': 'nosniff' },
      body: { status, instance: 'r1', detail: expect.stringContaining(detail) },
    });
  });

  it('tells a wrong method what there is', async () => {
    expect((await call('DELETE', '/base/health')).headers).toMatchObject({ allow: 'GET, HEAD' });
    expect((await call('PATCH', '/base/images/a')).headers).toMatchObject({
      allow: 'DELETE, GET, HEAD, POST, PUT',
    });
  });

  it('tells nothing of the inside in a 5xx, and logs the cause under the id', async () => {
    const { statusCode, body } = await call('GET', '/base/events');
    expect([statusCode, body.code]).toEqual([500, 'INTERNAL']);
    expect(JSON.stringify(body)).not.toContain('secret');
    const error = expect.objectContaining({ message: 'secret inside' });
    expect(logger).toHaveBeenLastCalledWith('error', 'request failed', { requestId: 'r1', error });
  });

  it('logs who did what, and who was refused, and nothing of who only reads', async () => {
    await call('POST', '/base/tokens', { body: '{"role":"reader"}' });
    const deed = { requestId: 'r1', method: 'POST', path: '/base/tokens', sourceIp: '10.0.0.1' };
    const ann = { caller: 'ann', by: 'password' };
    expect(logger).toHaveBeenLastCalledWith('info', 'request', { ...deed, ...ann, status: 204 });
    await call('POST', '/base/tokens', { body: '{' });
    expect(logger).toHaveBeenLastCalledWith('info', 'request', { ...deed, ...ann, status: 400 });
    logger.mockClear();
    await call('GET', '/base/build/7');
    expect(logger).not.toHaveBeenCalled();
    await call('GET', '/base/users', { headers: { authorization: 'wrong' } });
    const refused = { ...deed, method: 'GET', path: '/base/users', status: 401 };
    expect(logger).toHaveBeenLastCalledWith('info', 'request', refused);
  });

  it('takes a body that says it is not packed', async () => {
    const headers = { 'content-encoding': 'Identity' };
    expect(await call('POST', '/base/tokens', { headers })).toMatchObject({ statusCode: 204 });
  });

  it.each([
    '/base/images/x.webp?expires=1&kid=2&signature=SECRET',
    '/base/images/x.webp&SIGNATURE=SECRET/and/more',
    '/base/images/x.webp%3Fexpires%3D1%26signature%3DSECRET',
    '/base/images/x.webp%253Fexpires%253D1%2526signature%253DSECRET',
  ])('logs no signature that stands in a path: %s', async (path) => {
    await call('GET', path, { headers: { authorization: 'wrong' } });
    expect(JSON.stringify(logger.mock.lastCall)).toContain('x.webp');
    expect(JSON.stringify(logger.mock.lastCall)).not.toContain('SECRET');
  });

  it('answers a problem of HEAD without a body', async () => {
    expect(await call('HEAD', '/base/nowhere')).toMatchObject({ statusCode: 404, body: null });
    expect(await call('HEAD', '/base/health')).toMatchObject({ statusCode: 200 });
  });
});
