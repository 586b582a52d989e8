import { beforeEach, describe, expect, it, vi } from 'vitest';
import { passwordCaller } from '../../../lib/auth/password.ts';
import * as scrypt from '../../../lib/auth/scrypt.ts';

vi.mock('../../../lib/auth/scrypt.ts', () => ({
  noPassword: () => 'none',
  isPassword: vi.fn(async (password: string, stored: string) => stored === `hash of ${password}`),
}));
const derive = vi.mocked(scrypt.isPassword);

const START = Date.UTC(2026, 10, 21);
const HOME = '10.0.0.1';
const basic = (user: string, password: string): string => `Basic ${btoa(`${user}:${password}`)}`;

let nowMs: number;
let users: Map<string, { role: 'reader' | 'writer' | 'admin'; passwordHash: string; created?: string }>;
let looks: string[];
let ask: (authorization: string, sourceIp: string) => Promise<unknown>;

beforeEach(() => {
  nowMs = START;
  looks = [];
  users = new Map([['rita', { role: 'reader', passwordHash: 'hash of right' }]]);
  ask = passwordCaller({
    loadFirst: async () => ({ user: 'first', password: 'secret' }),
    async findUser(name) {
      looks.push(name);
      return users.get(name);
    },
    now: () => nowMs,
  });
  derive.mockClear();
});

describe('a password', () => {
  it('proves its user, in the role that the user has', async () => {
    expect(await ask(basic('rita', 'right'), HOME)).toEqual({ name: 'rita', role: 'reader', by: 'password' });
    expect(await ask(basic('first', 'secret'), HOME)).toEqual({
      name: 'first',
      role: 'admin',
      by: 'password',
    });
  });

  it.each([
    basic('rita', 'wrong'),
    basic('rita', ''),
    basic('rita', 'hash of right'),
    basic('Rita', 'right'),
    basic('', ''),
    basic('first', 'right'),
    basic('first', ''),
    basic('nobody', 'right'),
    basic('__proto__', 'right'),
    'Bearer x',
  ])('that is wrong proves nothing: %s', async (authorization) => {
    expect(await ask(authorization, HOME)).toBeUndefined();
  });

  it('that was right is not derived again for five minutes', async () => {
    await ask(basic('rita', 'right'), HOME);
    nowMs += 5 * 60_000 - 1;
    await ask(basic('rita', 'right'), '10.0.0.2');
    expect(derive).toHaveBeenCalledTimes(1);
    nowMs += 1;
    await ask(basic('rita', 'right'), HOME);
    expect(derive).toHaveBeenCalledTimes(2);
  });

  it('that was wrong is derived each time', async () => {
    await ask(basic('rita', 'wrong'), HOME);
    await ask(basic('rita', 'wrong'), HOME);
    expect(derive).toHaveBeenCalledTimes(2);
  });

  it('counts no longer once its user is gone or has another, and as what its user is by now', async () => {
    await ask(basic('rita', 'right'), HOME);
    users.set('rita', { role: 'writer', passwordHash: 'hash of right', created: 'tuesday' });
    const caller = { name: 'rita', role: 'writer', by: 'password', userCreated: 'tuesday' };
    expect(await ask(basic('rita', 'right'), HOME)).toEqual(caller);
    users.set('rita', { role: 'reader', passwordHash: 'hash of new' });
    expect(await ask(basic('rita', 'right'), HOME)).toBeUndefined();
    users.delete('rita');
    expect(await ask(basic('rita', 'right'), HOME)).toBeUndefined();
  });

  it.each(['nobody', 'rita', 'first'])('of %s that is wrong takes what any other takes', async (name) => {
    await ask(basic(name, 'x'), HOME);
    expect(derive).toHaveBeenCalledTimes(1);
    expect(looks).toEqual([name]);
  });
});

describe('who guesses', () => {
  const guess = async (times: number, user = 'first', sourceIp = HOME): Promise<void> => {
    for (let n = 0; n < times; n += 1) await ask(basic(user, `wrong ${n}`), sourceIp);
  };
  const REFUSED = { code: 'TOO_MANY_REQUESTS', headers: { 'retry-after': '60' } };

  it('is stopped after a hundred, even with the right one', async () => {
    await guess(100);
    await expect(ask(basic('first', 'wrong'), HOME)).rejects.toMatchObject(REFUSED);
    await expect(ask(basic('first', 'secret'), HOME)).rejects.toMatchObject(REFUSED);
  });

  it('is let in again as time goes by, one guess a second', async () => {
    await guess(100);
    nowMs += 1_000;
    await guess(1);
    await expect(guess(1)).rejects.toMatchObject(REFUSED);
    nowMs += 60_000;
    await guess(60);
    await expect(guess(1)).rejects.toMatchObject(REFUSED);
  });

  it('stops nobody at another address, nor another user, nor whoever was in already', async () => {
    await ask(basic('first', 'secret'), HOME);
    await guess(100);
    expect(await ask(basic('first', 'secret'), HOME)).toBeDefined();
    expect(await ask(basic('first', 'secret'), '10.0.0.2')).toBeDefined();
    expect(await ask(basic('rita', 'right'), HOME)).toBeDefined();
  });

  it('gains nothing by names that do not exist', async () => {
    await guess(100, 'nobody');
    await expect(guess(1, 'nobody')).rejects.toMatchObject(REFUSED);
  });
});
