import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { authenticate } from '../../../lib/auth/authenticate.ts';
import { basicIdentify, parseBasic } from '../../../lib/auth/basic.ts';
import { DarkroomError } from '../../../lib/error.ts';
import { attachment, jsonAnswer } from '../../../lib/http/answer.ts';
import { httpHandler } from '../../../lib/http/http-handler.ts';
import { downloadUrl, imageUrl } from '../../../lib/http/links.ts';
import { matchRoute } from '../../../lib/http/match.ts';
import { parseMultipart } from '../../../lib/http/multipart.ts';
import { anyText, moment, oneOf, readQuery, wholeNumber } from '../../../lib/http/query.ts';
import { parseRange } from '../../../lib/http/range.ts';

describe('a route', () => {
  it.each([
    ['GET', '/images/download/a/b.jpg', 'download', { filename: 'a/b.jpg' }],
    ['GET', '/images/downloads/a.jpg', 'image', { path: 'downloads/a.jpg' }],
    ['HEAD', '/images/a.jpg', 'image', { path: 'a.jpg' }],
    ['HEAD', '/health', 'health', {}],
    ['PUT', '/images/a b/c.jpg', 'put', { path: 'a b/c.jpg' }],
    ['GET', '/build/abc', 'build', { id: 'abc' }],
  ])('%s %s is %s', (method, path, name, params) => {
    expect(matchRoute(method, path)).toMatchObject({ name, params });
  });

  it('that takes other methods lists them', () => {
    expect(matchRoute('DELETE', '/health')).toEqual({ allow: ['GET', 'HEAD'] });
    expect(matchRoute('GET', '/nowhere')).toEqual({ allow: [] });
    expect(matchRoute('GET', '/build/a/b')).toEqual({ allow: [] });
  });
});

describe('a Range header', () => {
  it.each([
    ['bytes=0-0', { first: 0, last: 0 }],
    ['bytes=2-', { first: 2, last: 9 }],
    ['bytes=-3', { first: 7, last: 9 }],
    ['bytes=-50', { first: 0, last: 9 }],
    ['bytes=5-50', { first: 5, last: 9 }],
    ['bytes=10-', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=5-2', undefined],
    ['bytes=0-1,3-4', undefined],
    ['lines=1-2', undefined],
    ['bytes=-', undefined],
    [undefined, undefined],
  ])('%s of ten bytes is %j', (header, range) => {
    expect(parseRange(header, 10)).toEqual(range);
  });

  it('of an empty body is never satisfiable', () => {
    expect(parseRange('bytes=0-', 0)).toBe('unsatisfiable');
    expect(parseRange('bytes=-1', 0)).toBe('unsatisfiable');
  });
});

describe('a query', () => {
  const parameters = {
    limit: wholeNumber(1, 10),
    order: oneOf(['asc', 'desc']),
    since: moment,
    image: anyText,
  };

  it('is read by its table', () => {
    expect(
      readQuery(new URLSearchParams('limit=7&order=desc&since=2026-01-02&image=a%2Bb'), parameters),
    ).toEqual({
      limit: 7,
      order: 'desc',
      since: '2026-01-02T00:00:00.000Z',
      image: 'a+b',
    });
  });

  it.each([
    'limit=0',
    'limit=11',
    'limit=1e3',
    'limit=',
    'order=up',
    'since=yesterday',
    'since=2026-13-01',
    'image=',
    'toString=1',
  ])('with %s is refused with the name of the parameter', (query) => {
    const refused = expect.objectContaining({
      code: 'BAD_PARAMETER',
      message: expect.stringContaining(query.split('=')[0] ?? ''),
    });
    expect(() => readQuery(new URLSearchParams(query), parameters)).toThrow(refused);
  });
});

describe('a form', () => {
  const form = (...lines: string[]) => Buffer.from(['--x', ...lines, '--x--', ''].join('\r\n'));

  it('gives its files, byte for byte', async () => {
    const body = form(
      'Content-Disposition: form-data; name="file"; filename="../cät.jpg"',
      'Content-Type: image/jpeg',
      '',
      'bytes\0',
    );
    expect(await parseMultipart('multipart/form-data; boundary=x', body)).toEqual([
      { field: 'file', filename: 'cät.jpg', bytes: Buffer.from('bytes\0') },
    ]);
  });

  it.each([
    ['no boundary', 'multipart/form-data', form()],
    [
      'a body cut short',
      'multipart/form-data; boundary=x',
      Buffer.from('--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nab'),
    ],
  ])('with %s is refused, not waited for', async (_what, type, body) => {
    await expect(parseMultipart(type, body)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  });
});

describe('a download name', () => {
  it('cannot leave its header, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        fc.pre(name.isWellFormed());
        expect(attachment(name)).toMatch(
          /^attachment; filename="[^"\\\r\n]*"; filename\*=UTF-8''[\w%!#$&+.^`|~-]*$/,
        );
      }),
    );
  });
});

describe('a link', () => {
  it('carries a key exactly: in the path where that can, in the query where not', () => {
    expect(imageUrl('http://h', 'trip/a b+c.jpg')).toBe('http://h/images/trip/a%20b%2Bc.jpg');
    expect(downloadUrl('http://h', 'a//b?.jpg')).toBe('http://h/images/download/-?key=a%2F%2Fb%3F.jpg');
    expect(imageUrl('http://h', '100%.jpg')).toBe('http://h/images/-?key=100%25.jpg');
  });
});

describe('a function behind the gateway', () => {
  const identify = basicIdentify(() => Promise.resolve({ user: 'ann', password: 'pass:word' }));
  const handler = httpHandler({
    basePath: '/base',
    authenticate: authenticate(identify),
    handlers: {
      health: () => Promise.resolve(jsonAnswer(200, { status: 'ok' })),
      build: ({ params }) => Promise.resolve(jsonAnswer(200, params)),
      events: () => Promise.reject(new Error('secret inside')),
      image: () => Promise.reject(new DarkroomError('CONFLICT', 'two of them')),
    },
  });

  async function call(method: string, rawPath: string, headers: Record<string, string> = {}) {
    const requestContext = { http: { method }, domainName: 'h', requestId: 'r1' };
    const event = {
      rawPath,
      rawQueryString: '',
      headers,
      requestContext,
    } as unknown as APIGatewayProxyEventV2;
    const { statusCode, headers: answered, body } = await handler(event, {} as Context);
    return { statusCode, headers: answered, body: JSON.parse(body ?? 'null') };
  }

  const basic = (pair: string) => ({ authorization: `Basic ${Buffer.from(pair).toString('base64')}` });

  it('answers without credentials where none are needed', async () => {
    expect(await call('GET', '/base/health')).toMatchObject({ statusCode: 200, body: { status: 'ok' } });
  });

  it.each([
    {},
    basic('ann:wrong'),
    basic('bob:pass:word'),
    { authorization: 'Bearer x' },
    { authorization: 'Basic !' },
  ])('answers 401 with a challenge to %j', async (headers) => {
    const answer = await call('GET', '/base/build/7', headers);
    expect(answer).toMatchObject({
      statusCode: 401,
      body: { code: 'UNAUTHENTICATED', status: 401, instance: 'r1' },
    });
    expect(answer.headers).toMatchObject({ 'www-authenticate': 'Basic realm="darkroom", charset="UTF-8"' });
  });

  it('lets the first user in', async () => {
    expect(await call('GET', '/base/build/7', basic('ann:pass:word'))).toMatchObject({
      statusCode: 200,
      body: { id: '7' },
    });
  });

  it('answers 404 and 405 as problems', async () => {
    expect(await call('GET', '/base/nowhere')).toMatchObject({
      statusCode: 404,
      body: { code: 'NOT_FOUND' },
    });
    expect(await call('DELETE', '/base/health')).toMatchObject({
      statusCode: 405,
      headers: { allow: 'GET, HEAD' },
    });
  });

  it('tells nothing of the inside in a 5xx, and what a DarkroomError says in a 4xx', async () => {
    const failed = await call('GET', '/base/events', basic('ann:pass:word'));
    expect(failed).toMatchObject({
      statusCode: 500,
      headers: { 'content-type': 'application/problem+json' },
    });
    expect(JSON.stringify(failed.body)).not.toContain('secret');
    const conflict = await call('GET', '/base/images/cat', basic('ann:pass:word'));
    expect(conflict).toMatchObject({
      statusCode: 409,
      body: { code: 'CONFLICT', detail: 'two of them', title: 'Conflict' },
    });
  });
});

describe('Basic credentials', () => {
  it('are read whatever is in them', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (user, password) => {
        fc.pre(!user.includes(':') && `${user}${password}`.isWellFormed());
        const header = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
        expect(parseBasic(header)).toEqual({ user, password });
      }),
    );
  });
});
