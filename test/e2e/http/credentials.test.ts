import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reaches } from '../../../lib/http/caller.ts';
import type { Route } from '../../../lib/http/routes.ts';
import { ask, basic, harmless, problemOf, routes } from '../../support/api-requests.ts';
import { detail } from '../../support/pictures.ts';
import { startDarkroom, type TestDarkroom } from '../../support/runtime.ts';

type Role = 'reader' | 'writer' | 'admin';

interface Token {
  readonly id: string;
  readonly token: string;
  readonly user: string;
  readonly role: Role;
  readonly expires: string;
}

const PASSWORD = 'correct horse battery';
const JSON_TYPE = { 'content-type': 'application/json' };

let darkroom: TestDarkroom;
let apiUrl: string;
const as = (authorization: string | undefined, target: string, init: RequestInit = {}) =>
  ask(apiUrl, target, { ...init, authorization });
const post = (authorization: string, target: string, body: object) =>
  as(authorization, target, { method: 'POST', body: JSON.stringify(body), headers: JSON_TYPE });
const FIRST = basic('tester', 'tester-password');

async function makeToken(
  authorization: string,
  asked: { role?: Role; expires_in?: number } = {},
): Promise<Token> {
  const answer = await post(authorization, '/tokens', asked);
  expect(answer.status).toBe(201);
  return (await answer.json()) as Token;
}

async function makeUser(name: string, role: Role, password = PASSWORD): Promise<string> {
  expect((await post(FIRST, '/users', { name, role, password })).status).toBe(201);
  return basic(name, password);
}

const bearer = ({ token }: Token): string => `Bearer ${token}`;
const revoke = (authorization: string, { id }: Token) =>
  as(authorization, `/tokens/${id}`, { method: 'DELETE' });

beforeAll(async () => {
  darkroom = await startDarkroom();
  apiUrl = darkroom.runtime.apiUrl;
});

afterAll(() => darkroom.close());

describe('each route', () => {
  const credentials: Record<string, string | undefined> = {};
  const ROLE_OF: Readonly<Record<string, Role | undefined>> = {
    reader: 'reader',
    writer: 'writer',
    admin: 'admin',
  };

  beforeAll(async () => {
    const [expired, revoked] = [await makeToken(FIRST, { expires_in: 1 }), await makeToken(FIRST)];
    expect((await revoke(FIRST, revoked)).status).toBe(204);
    for (const role of ['reader', 'writer', 'admin'] as const)
      credentials[role] = bearer(await makeToken(FIRST, { role }));
    Object.assign(credentials, { none: undefined, wrong: basic('tester', 'wrong') });
    Object.assign(credentials, { expired: bearer(expired), revoked: bearer(revoked) });
    await sleep(Date.parse(expired.expires) - Date.now() + 50);
  });

  function expected(route: Route, who: string): number | 'let in' {
    if (route.role === 'anyone') return 'let in';
    const role = ROLE_OF[who];
    if (role === undefined) return 401;
    return reaches(role, route.role) ? 'let in' : 403;
  }

  it.each(routes)('%s lets in whom its row says, and tells the others why not', async (_name, route) => {
    const { target, init } = harmless(route);
    for (const who of ['none', 'wrong', 'expired', 'revoked', 'reader', 'writer', 'admin']) {
      const answer = await as(credentials[who], target, init);
      const { status } = answer;
      const outcome = status === 401 || status === 403 ? status : 'let in';
      expect([who, outcome]).toEqual([who, expected(route, who)]);
      if (outcome === 'let in') expect(status).toBeLessThan(500);
      else
        expect(await answer.json()).toMatchObject({
          status,
          code: status === 401 ? 'UNAUTHENTICATED' : 'FORBIDDEN',
        });
      const challenge = answer.headers.get('www-authenticate');
      if (status === 401) expect(challenge).toMatch(/^Basic realm="darkroom", charset="UTF-8", Bearer/);
      else expect(challenge).toBeNull();
    }
  });
});

describe('an Authorization header', () => {
  it.each([
    ['an empty pair', basic('', '')],
    ['an empty password', basic('tester', '')],
    ['an empty user', basic('', 'tester-password')],
    ['a user of 5,000 letters', basic('u'.repeat(5_000), 'x')],
    ['a user with a slash', basic('../tester', 'tester-password')],
    ['a user of another case', basic('Tester', 'tester-password')],
    ['a space behind the password', basic('tester', 'tester-password ')],
    ['no Base64', 'Basic %%%'],
    ['no UTF-8', `Basic ${Buffer.from([0x74, 0x3a, 0xff]).toString('base64')}`],
    ['no colon', `Basic ${btoa('tester')}`],
    ['no scheme', btoa('tester:tester-password')],
    ['another scheme', 'Digest username="tester"'],
    ['two in one', `${FIRST}, ${FIRST}`],
    ['a token that is none', 'Bearer darkroom_0_0'],
    ['a token of nobody', `Bearer darkroom_${'0'.repeat(16)}_${'A'.repeat(43)}`],
  ])('with %s is a 401', async (_what, authorization) => {
    const answer = await as(authorization, '/images');
    expect(await problemOf(answer)).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
  });

  it('of 64 KB is refused by the server itself', async () => {
    expect((await as(basic('tester', 'x'.repeat(48 * 1024)), '/images')).status).toBe(431);
  });
});

describe('a token', () => {
  it('is its maker’s, with a role and a time of its own', async () => {
    const rita = await makeUser('rita', 'reader');
    const token = await makeToken(rita, { expires_in: 3_600 });
    expect(token).toMatchObject({ user: 'rita', role: 'reader' });
    expect(Math.abs(Date.parse(token.expires) - Date.now() - 3_600_000)).toBeLessThan(60_000);
    expect((await as(bearer(token), '/images')).status).toBe(200);
    const more = await post(bearer(token), '/tokens', { role: 'writer' });
    expect(await problemOf(more)).toMatchObject({
      status: 403,
      detail: expect.stringContaining('rita has the role reader'),
    });
  });

  it('is never told again, nor kept as it is', async () => {
    const { id, token } = await makeToken(FIRST);
    const secret = token.slice(-43);
    const users = await (await as(FIRST, '/users')).text();
    expect(users).not.toContain(secret);
    expect((await as(FIRST, `/tokens/${id}`)).status).toBe(405);
  });

  it('revokes itself and those of no greater role, and no other', async () => {
    const [reader, twin, writer] = [
      await makeToken(FIRST, { role: 'reader' }),
      await makeToken(FIRST, { role: 'reader' }),
      await makeToken(FIRST, { role: 'writer' }),
    ];
    expect(await problemOf(await revoke(bearer(reader), writer))).toMatchObject({
      ...{ status: 403, code: 'FORBIDDEN' },
      detail: expect.stringContaining(`${writer.id}, which has the role writer`),
    });
    expect((await revoke(bearer(writer), twin)).status).toBe(204);
    expect((await revoke(bearer(reader), reader)).status).toBe(204);
    expect((await revoke(FIRST, writer)).status).toBe(204);
  });

  it('ends at once when it is revoked, and those that were made with it', async () => {
    const first = await makeToken(FIRST);
    const second = await makeToken(bearer(first), { expires_in: 31_000_000 });
    const third = await makeToken(bearer(second));
    expect(Date.parse(third.expires)).toBeLessThanOrEqual(Date.parse(first.expires));
    expect((await as(bearer(third), '/images')).status).toBe(200);
    expect((await revoke(bearer(third), first)).status).toBe(204);
    for (const token of [first, second, third]) expect((await as(bearer(token), '/images')).status).toBe(401);
    expect((await revoke(FIRST, first)).status).toBe(404);
  });

  it('makes others only a few times in a row', async () => {
    let token = await makeToken(FIRST);
    for (let n = 0; n < 4; n += 1) token = await makeToken(bearer(token));
    expect((await as(bearer(token), '/images')).status).toBe(200);
    const answer = await post(bearer(token), '/tokens', {});
    expect(await problemOf(answer)).toMatchObject({
      status: 403,
      detail: expect.stringContaining('with a password'),
    });
  });

  it('of somebody else can be revoked by an admin alone', async () => {
    const [otto, theirs] = [await makeUser('otto', 'writer'), await makeToken(FIRST)];
    const mine = await makeToken(otto);
    expect((await revoke(otto, theirs)).status).toBe(404);
    expect((await revoke(FIRST, mine)).status).toBe(204);
    expect((await as(FIRST, `/tokens/${'x'.repeat(3_000)}`, { method: 'DELETE' })).status).toBe(404);
  });
});

describe('a user', () => {
  it('has the role and the password that were given last', async () => {
    const nora = await makeUser('nora', 'reader');
    const token = bearer(await makeToken(nora));
    expect((await as(nora, '/users')).status).toBe(403);
    await makeUser('nora', 'admin');
    expect((await as(nora, '/users')).status).toBe(200);
    await makeUser('nora', 'reader', 'another good password');
    expect((await as(nora, '/images')).status).toBe(401);
    expect((await as(basic('nora', 'another good password'), '/images')).status).toBe(200);
    expect((await as(token, '/images')).status).toBe(200);
    expect((await as(token, '/users')).status).toBe(403);
  });

  it('that is removed is out at once, with its tokens, also when there is one of that name again', async () => {
    const gone = await makeUser('gone', 'writer');
    const token = bearer(await makeToken(gone));
    expect((await as(FIRST, '/users/gone', { method: 'DELETE' })).status).toBe(204);
    expect((await as(gone, '/images')).status).toBe(401);
    expect((await as(token, '/images')).status).toBe(401);
    expect((await as(FIRST, '/users/gone', { method: 'DELETE' })).status).toBe(404);
    await makeUser('gone', 'admin');
    expect((await as(gone, '/images')).status).toBe(200);
    expect((await as(token, '/images')).status).toBe(401);
  });

  it('that is the first one is the operator’s: no other can be made or removed in its place', async () => {
    const made = await post(FIRST, '/users', { name: 'tester', password: PASSWORD, role: 'reader' });
    expect(await problemOf(made)).toMatchObject({ status: 409, code: 'CONFLICT' });
    expect((await as(FIRST, '/users/tester', { method: 'DELETE' })).status).toBe(409);
  });

  it('is listed page by page, and no cursor leads anywhere else', async () => {
    await makeUser('page1', 'reader');
    await makeUser('page2', 'reader');
    const names: string[] = [];
    let next: string | null = '';
    while (next !== null) {
      const page = await as(FIRST, `/users?limit=1${next && `&cursor=${next}`}`);
      const body = (await page.json()) as { users: { name: string }[]; next: string | null };
      names.push(...body.users.map(({ name }) => name));
      next = body.next;
    }
    expect(names).toEqual([...names].toSorted());
    expect(names).toEqual(expect.arrayContaining(['page1', 'page2']));
    expect((await as(FIRST, '/users?cursor=e30')).status).toBe(400);
  });

  it.each([
    [{ name: 'a b', role: 'reader', password: PASSWORD }, 'name'],
    [{ name: 'a\r\nb', role: 'reader', password: PASSWORD }, 'name'],
    [{ name: 'ann', role: 'anyone', password: PASSWORD }, 'role'],
    [{ name: 'ann', role: 'reader', password: 'short' }, 'password is at least 12'],
  ])('like %j cannot be made', async (body, word) => {
    const answer = await post(FIRST, '/users', body);
    expect(await problemOf(answer)).toMatchObject({ status: 400, detail: expect.stringContaining(word) });
  });
});

describe('a signed URL', () => {
  let url: URL;
  const open = (target: string, init: RequestInit = {}) => as(undefined, target, init);
  const signed = () => url.pathname + url.search;

  beforeAll(async () => {
    const png = new Uint8Array(await (await detail()).png().toBuffer());
    await as(FIRST, '/images/signed/a%20b.png', {
      method: 'PUT',
      body: png,
      headers: { 'content-type': 'image/png' },
    });
    const answer = await as(FIRST, '/images/signed/a%20b.png?url=true&xsize=20&kind=webp&expires_in=600');
    url = new URL(((await answer.json()) as { url: string }).url);
  });

  it('opens the image for anybody, and for any cache until it ends', async () => {
    const answer = await open(signed());
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/webp']);
    expect(answer.headers.get('cache-control')).toMatch(/^public, max-age=(59\d|600)$/);
    expect((await open(signed(), { method: 'HEAD' })).status).toBe(200);
  });

  it('is refused with any of its characters changed', async () => {
    const [from, target] = ['/images/'.length, signed()];
    const targets = Array.from({ length: target.length - from }, (_, i) => {
      const at = from + i;
      return target.slice(0, at) + (target[at] === 'x' ? 'y' : 'x') + target.slice(at + 1);
    });
    const statuses = await Promise.all(targets.map(async (it) => (await open(it)).status));
    expect(statuses.filter((status) => status !== 401 && status !== 400)).toEqual([]);
    expect(statuses.filter((status) => status === 401).length).toBeGreaterThan(statuses.length - 8);
  });

  it.each(['PUT', 'POST', 'DELETE'])('does nothing: %s', async (method) => {
    expect((await open(signed(), { method })).status).toBe(401);
  });

  it('makes no token and reads no facts', async () => {
    expect((await open(`/tokens${url.search}`, { method: 'POST' })).status).toBe(401);
    expect((await open(`${signed()}&meta=true`)).status).toBe(401);
    expect((await open(`${signed()}&url=true`)).status).toBe(401);
  });
});

describe('who guesses', () => {
  it('is told to wait, and whoever was in already is not', async () => {
    const guess = (password: string) => as(basic('tester', password), '/images');
    const statuses: number[] = [];
    while (!statuses.includes(429) && statuses.length < 200)
      statuses.push((await guess(`wrong ${statuses.length}`)).status);
    expect(statuses.slice(0, 50)).toEqual(Array(50).fill(401));
    const answer = await guess('wrong');
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '60']);
    expect(await answer.json()).toMatchObject({ code: 'TOO_MANY_REQUESTS', status: 429 });
    expect((await as(FIRST, '/images')).status).toBe(200);
  });
});
