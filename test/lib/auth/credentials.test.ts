import { describe, expect, it, vi } from 'vitest';
import { credentials, remembering } from '../../../lib/auth/credentials.ts';
import { makeToken } from '../../../lib/auth/token.ts';

describe('a secret', () => {
  it('is read once in five minutes, however many ask at once', async () => {
    let nowMs = 0;
    const load = vi.fn(async () => `read at ${nowMs}`);
    const secret = remembering(load, () => nowMs);
    expect(await Promise.all([secret(), secret()])).toEqual(['read at 0', 'read at 0']);
    nowMs = 5 * 60_000 - 1;
    expect(await secret()).toBe('read at 0');
    nowMs += 1;
    expect(await secret()).toBe('read at 300000');
    expect(load).toHaveBeenCalledTimes(2);
  });

  it('that could not be read is read again for the next who asks', async () => {
    const load = vi.fn().mockRejectedValueOnce(new Error('throttled')).mockResolvedValue('there');
    const secret = remembering<string>(load, () => 0);
    await expect(secret()).rejects.toThrow('throttled');
    expect(await secret()).toBe('there');
  });
});

it('a token of the first user is an admin’s, and one of a user by that name is not', async () => {
  const made = (userCreated?: string) =>
    makeToken({ user: 'first', role: 'admin', expiresMs: 1, ...(userCreated && { userCreated }) });
  const [own, others] = [made(), made('monday')];
  const stored = new Map([own, others].map((it) => [it.stored.id, it.stored]));
  const { token } = credentials({
    loadFirst: async () => ({ user: 'first', password: 'x' }),
    loadKeys: async () => ({ current: 'x'.repeat(32) }),
    users: { find: async () => undefined },
    tokens: { find: async (id) => stored.get(id) },
    now: () => 0,
  });
  expect(await token(`Bearer ${own.text}`)).toMatchObject({ name: 'first', role: 'admin' });
  expect(await token(`Bearer ${others.text}`)).toBeUndefined();
});
