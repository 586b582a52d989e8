import { beforeEach, describe, expect, it } from 'vitest';
import { authenticate, type Credentials } from '../../../lib/auth/authenticate.ts';
import { type SigningKeys, signQuery, urlCaller } from '../../../lib/auth/signed-url.ts';
import type { HttpEvent } from '../../../lib/http/http-handler.ts';
import { toIncoming } from '../../../lib/http/request.ts';

const START = Date.UTC(2026, 10, 21);
const HOUR = 3_600_000;
const [OLD, BEFORE, NOW] = ['old', 'before', 'now'].map((name) => name.padEnd(32, '.')) as [
  string,
  string,
  string,
];

let nowMs: number;
let keys: SigningKeys;
let origin: SigningKeys | undefined;
beforeEach(() => {
  origin = undefined;
  nowMs = START;
  keys = { current: NOW, previous: BEFORE };
});

const credentials: Credentials = {
  password: async (authorization) =>
    authorization === 'Basic good' ? { name: 'ann', role: 'reader', by: 'password' } : undefined,
  token: async () => undefined,
  url: (incoming) => {
    const said = origin;
    const loadOrigin = said && (async () => said);
    return urlCaller({ loadKeys: async () => keys, loadOrigin, now: () => nowMs })(incoming);
  },
};
const { before } = authenticate(credentials);

/** Who a GET of this target is by, or the code that it is refused with. */
async function caller(target: string, { method = 'GET', headers = {} } = {}): Promise<unknown> {
  const [path = '', rawQueryString = ''] = target.split(/\?(.*)/s);
  const requestContext = { http: { method, sourceIp: '' }, domainName: 'h', requestId: 'r' };
  const event = { rawPath: decodeURIComponent(path), rawQueryString, headers, requestContext } as HttpEvent;
  try {
    event.incoming = toIncoming(event, { getRemainingTimeInMillis: () => 0 }, { basePath: '' });
    await before?.({ event } as Parameters<NonNullable<typeof before>>[0]);
    return event.caller;
  } catch (error) {
    return (error as { code?: string }).code ?? error;
  }
}

const BY_URL = { name: '', role: 'reader', by: 'url', urlExpiresMs: START + HOUR };
const signed = (path = '/images/trip/a b.jpg', query = 'xsize=300&background=navy&kind=webp'): string => {
  const search = signQuery(keys, { path, search: new URLSearchParams(query), expiresMs: START + HOUR });
  return `${path.split('/').map(encodeURIComponent).join('/')}?${search}`;
};

describe('a signed URL', () => {
  it('stands for a reader until it expires', async () => {
    expect(await caller(signed())).toEqual(BY_URL);
    expect(await caller(signed(), { method: 'HEAD' })).toEqual(BY_URL);
    nowMs = START + HOUR - 1;
    expect(await caller(signed())).toEqual(BY_URL);
    nowMs = START + HOUR;
    expect(await caller(signed())).toBe('UNAUTHENTICATED');
  });

  it('with any character of its path or query changed is refused', async () => {
    const url = signed();
    const original = meaning(url);
    let changed = 0;
    for (let at = '/images/'.length; at < url.length; at += 1) {
      for (const other of ['0', 'f', '-', '/', '&', '=']) {
        const tampered = url.slice(0, at) + other + url.slice(at + 1);
        if (!isDecodable(tampered) || meaning(tampered) === original) continue;
        changed += 1;
        expect([tampered, await caller(tampered)]).toEqual([tampered, 'UNAUTHENTICATED']);
      }
    }
    expect(changed).toBeGreaterThan(5 * (url.length - '/images/'.length));
  });

  it.each([
    ['a parameter more', (url: string) => `${url}&quality=1`],
    ['a parameter more that says nothing', (url: string) => `${url}&meta=false`],
    ['an empty parameter more', (url: string) => `${url}&=`],
    ['a parameter less', (url: string) => url.replace('&kind=webp', '')],
    ['a parameter twice', (url: string) => `${url}&xsize=300`],
    ['its time twice', (url: string) => url.replace('&kid', '&expires=99999999999&kid')],
    ['its signature twice', (url: string) => `${url}&signature=x`],
    ['an empty signature', (url: string) => url.replace(/signature=.*/, 'signature=')],
    ['a longer time', (url: string) => url.replace(/expires=\d+/, 'expires=99999999999')],
    ['no time', (url: string) => url.replace(/expires=\d+&/, '')],
    ['a key of nobody', (url: string) => url.replace(/kid=\w+/, 'kid=00000000')],
    ['another image', (url: string) => url.replace('a%20b', 'b')],
    ['a folder more', (url: string) => url.replace('/trip/', '/trip/../trip/')],
    ['a slash more', (url: string) => url.replace('.jpg?', '.jpg/?')],
    ['another character of the same look', (url: string) => url.replace('a%20b', '%D0%B0%20b')],
  ])('with %s is refused', async (_what, tamper) => {
    expect(tamper(signed())).not.toBe(signed());
    expect(await caller(tamper(signed()))).toBe('UNAUTHENTICATED');
  });

  it.each([
    ['in another order', (url: string) => sorted(url)],
    ['with + for a space', (url: string) => url.replace('%2B', '%2b')],
    ['with its slashes escaped', (url: string) => url.replace('trip/a', 'trip%2Fa')],
    ['with more escaped than needs to be', (url: string) => url.replace('kind=webp', 'kin%64=web%70')],
    ['with an empty pair', (url: string) => url.replace('?', '?&').concat('&')],
  ])('that says the same %s stands for the same', async (_what, rewrite) => {
    expect(await caller(rewrite(signed()))).toEqual(BY_URL);
  });

  it('with a key in its query is bound to that key', async () => {
    const url = signed('/images/-', 'key=a//b +.jpg');
    expect(await caller(url)).toEqual(BY_URL);
    expect(await caller(url.replace('a%2F%2Fb', 'a%2Fb'))).toBe('UNAUTHENTICATED');
    expect(await caller(url.replace('/-?', '/x?'))).toBe('UNAUTHENTICATED');
  });

  it('outlives one change of the key, and not a second', async () => {
    const url = signed();
    keys = { current: 'next'.padEnd(32, '.'), previous: NOW };
    expect(await caller(url)).toEqual(BY_URL);
    keys = { current: 'last'.padEnd(32, '.'), previous: 'next'.padEnd(32, '.') };
    expect(await caller(url)).toBe('UNAUTHENTICATED');
    keys = { current: OLD };
    expect(await caller(signed())).toEqual(BY_URL);
  });

  it('that is wrong is not mended by credentials beside it, nor is a right one spoilt', async () => {
    const headers = { authorization: 'Basic good' };
    expect(await caller(`${signed()}x`, { headers })).toBe('UNAUTHENTICATED');
    expect(await caller(signed(), { headers: { authorization: 'Basic bad' } })).toEqual(BY_URL);
    expect(await caller('/images/a.jpg', { headers })).toMatchObject({ name: 'ann' });
  });

  it.each([
    ['GET', '/images/a.jpg', 'meta=true'],
    ['GET', '/images/a.jpg', 'url=true'],
    ['PUT', '/images/a.jpg', ''],
    ['POST', '/images/a.jpg', ''],
    ['DELETE', '/images/a.jpg', ''],
    ['GET', '/images', ''],
    ['GET', '/images/download/a.jpg', ''],
    ['POST', '/tokens', ''],
  ])('opens nothing but an image: %s %s?%s', async (method, path, query) => {
    expect(await caller(signed(path, query), { method })).toBe('UNAUTHENTICATED');
  });
});

/** What a target says, however it is written. */
function meaning(target: string): string {
  const [path = '', query = ''] = target.split(/\?(.*)/s);
  const pairs = [...new URLSearchParams(query)].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([decodeURIComponent(path), pairs]);
}

function isDecodable(target: string): boolean {
  try {
    decodeURIComponent(target.split('?')[0] ?? '');
    return true;
  } catch {
    return false;
  }
}

function sorted(url: string): string {
  const [path, query] = url.split('?');
  return `${path}?${query?.split('&').toSorted().reverse().join('&')}`;
}

describe('behind a CDN', () => {
  beforeEach(() => {
    origin = { current: 'by the CDN', previous: 'as before' };
  });

  it.each(['by the CDN', 'as before'])(
    'a signed URL counts when it comes with what the CDN says: %s',
    async (said) => {
      expect(await caller(signed(), { headers: { 'x-darkroom-origin': said } })).toEqual(BY_URL);
    },
  );

  it.each([{}, { 'x-darkroom-origin': '' }, { 'x-darkroom-origin': 'guessed' }])(
    'it does not when it comes past it: %o',
    async (headers) => {
      expect(await caller(signed(), { headers })).toBe('UNAUTHENTICATED');
    },
  );

  it('whoever has credentials needs no CDN', async () => {
    expect(await caller('/images/cat.jpg', { headers: { authorization: 'Basic good' } })).toMatchObject({
      name: 'ann',
    });
  });
});
