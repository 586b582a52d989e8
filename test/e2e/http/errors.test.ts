import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { harmless, problemOf, routes } from '../../support/api-requests.ts';
import { startDarkroom, type TestDarkroom } from '../../support/runtime.ts';

let darkroom: TestDarkroom;
beforeAll(async () => {
  darkroom = await startDarkroom();
});
afterAll(() => darkroom.close());

describe('each route', () => {
  it.each(routes)('%s refuses a parameter that it does not know, by name', async (_name, route) => {
    const { target, init } = harmless(route);
    const answer = await darkroom.http(`${target}${target.includes('?') ? '&' : '?'}nonsense=1`, init);
    expect(await problemOf(answer)).toMatchObject({
      ...{ status: 400, code: 'BAD_PARAMETER', title: 'Bad Request' },
      detail: expect.stringContaining('Unknown parameter "nonsense"'),
    });
  });

  it.each(routes.filter(([, { path }]) => !path.endsWith('+}')))(
    '%s does not mind a slash at its end',
    async (_name, route) => {
      const { target, init } = harmless(route);
      const [plain, slashed] = [await darkroom.http(target, init), await darkroom.http(`${target}/`, init)];
      expect(slashed.status).toBe(plain.status);
    },
  );

  it.each(routes.filter(([, { body }]) => body !== undefined && 'json' in body))(
    '%s takes JSON alone, and not too much of it',
    async (_name, route) => {
      const { target, init } = harmless(route);
      const send = (body: string, type = 'application/json') =>
        darkroom.http(target, { ...init, body, headers: { 'content-type': type } });
      expect(await problemOf(await send('a=1', 'text/plain'))).toMatchObject({ status: 415 });
      expect(await problemOf(await send('{"a":'))).toMatchObject({ status: 400, code: 'BAD_REQUEST' });
      expect(await problemOf(await send(`"${'x'.repeat(64 * 1024)}"`))).toMatchObject({ status: 413 });
    },
  );
});

describe('each path', () => {
  const paths = Map.groupBy(routes, ([, { path }]) => path);

  it.each([...paths])('%s answers 405 with what it takes to any other method', async (_path, own) => {
    const [, route] = own[0] ?? [];
    if (route === undefined) throw new Error('A path has a route');
    const { target } = harmless(route);
    const methods = own.flatMap(([, { method }]) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
    for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
      if (methods.includes(method)) continue;
      const answer = await darkroom.http(target, { method });
      // Below /images/download/ an image of that name may be written to, as far as methods go.
      if (answer.status !== 405) expect(target).toMatch(/^\/images\/download\//);
      else expect(answer.headers.get('allow')?.split(', ')).toEqual(expect.arrayContaining(methods));
    }
  });

  it.each([...paths].filter(([, own]) => own.some(([, { method }]) => method === 'GET')))(
    '%s answers HEAD as GET without the body',
    async (_path, own) => {
      for (const [, route] of own.filter(([, { method }]) => method === 'GET')) {
        const { target } = harmless(route);
        const [get, head] = [await darkroom.http(target), await darkroom.http(target, { method: 'HEAD' })];
        expect([head.status, head.headers.get('content-type')]).toEqual([
          get.status,
          get.headers.get('content-type'),
        ]);
        expect(await head.text()).toBe('');
      }
    },
  );
});

describe('what is not there', () => {
  it.each([
    '/',
    '/nowhere',
    '/image/a.jpg',
    '/images%2Fa.jpg',
    '/images/download%2Fa.jpg',
    '/openapiXjson',
    '/HEALTH',
  ])('%s is a 404', async (target) => {
    expect(await problemOf(await darkroom.http(target))).toMatchObject({ status: 404, code: 'NOT_FOUND' });
  });

  it.each([
    '/images/none.jpg',
    '/build/none',
    `/build/${'x'.repeat(3_000)}`,
    '/images/none.jpg?meta=true',
    '/images/download/none',
  ])('%s is a 404 that names it', async (target) => {
    const { status, detail } = await problemOf(await darkroom.http(target));
    expect(status).toBe(404);
    expect(detail).toContain(target.startsWith('/build/x') ? 'xxx' : 'none');
  });
});

describe('a size that is none', () => {
  it.each(['20000', '0', '-5', 'abc', '1e9', '', '1.5', '9'.repeat(400), '٣', '0x10', '1;drop'])(
    'xsize=%.20s is refused by its name, and no picture is touched for it',
    async (value) => {
      const answer = await darkroom.http(`/images/none.jpg?xsize=${encodeURIComponent(value)}`);
      expect(await problemOf(answer)).toMatchObject({
        ...{ status: 400, code: 'BAD_PARAMETER' },
        detail: expect.stringContaining('xsize takes a whole number from 1 to 8192 (pixels)'),
      });
    },
  );

  it.skipIf(!existsSync('/proc/self/maps'))('does not even load the engine', async () => {
    await darkroom.http('/images/none.jpg?xsize=20000');
    const render = darkroom.runtime.functions.get('darkroom-render');
    const pids = render?.pids() ?? [];
    expect(pids.length).toBeGreaterThan(0);
    for (const pid of pids) expect(readFileSync(`/proc/${pid}/maps`, 'utf8')).not.toMatch(/vips/);
  });
});

describe('a header', () => {
  it('of the caller’s never comes back as one of ours', async () => {
    for (const value of ['a\r\nx-evil: 1', 'a%0d%0ax-evil: 1'])
      for (const target of [
        `/images/${encodeURIComponent(value)}`,
        `/images/download/${encodeURIComponent(value)}`,
      ]) {
        const answer = await darkroom.http(target);
        expect([answer.status, answer.headers.get('x-evil')]).toEqual([404, null]);
      }
  });

  it('says of what is sent that nobody may guess its type', async () => {
    for (const target of ['/health', '/nowhere', '/images', '/openapi.json'])
      expect((await darkroom.http(target)).headers.get('x-content-type-options')).toBe('nosniff');
  });
});
