import { beforeEach, describe, expect, it } from 'vitest';
import { MAX_ANCESTORS, makeToken, type StoredToken, tokenCaller } from '../../../lib/auth/token.ts';

const START = Date.UTC(2026, 10, 21);
const DAY = 86_400_000;

let nowMs: number;
let users: Map<string, { role: 'reader' | 'writer' | 'admin'; created?: string }>;
let stored: Map<string, StoredToken>;
const ask = (authorization: string) =>
  tokenCaller({
    findToken: async (id) => stored.get(id),
    findUser: async (name) => users.get(name),
    now: () => nowMs,
  })(authorization);

beforeEach(() => {
  nowMs = START;
  users = new Map([['will', { role: 'writer', created: 'monday' }]]);
  stored = new Map();
});

function issue(facts: Partial<StoredToken> = {}): { readonly text: string; readonly id: string } {
  const ofWill = { user: 'will', userCreated: 'monday', role: 'writer', expiresMs: START + DAY } as const;
  const token = makeToken({ ...ofWill, ...facts });
  stored.set(token.stored.id, token.stored);
  return { text: token.text, id: token.stored.id };
}

const bearer = ({ text }: { readonly text: string }): string => `Bearer ${text}`;

describe('a token', () => {
  it('is stored as a hash, and says what it is only once', () => {
    const { text, stored: kept } = makeToken({ user: 'will', role: 'writer', expiresMs: 1 });
    expect(text).toMatch(/^darkroom_[0-9a-f]{16}_[\w-]{43}$/);
    expect(JSON.stringify(kept)).not.toContain(text.slice(-43));
  });

  it('proves its user until it ends', async () => {
    const token = issue();
    const caller = { name: 'will', role: 'writer', by: 'token' };
    expect(await ask(bearer(token))).toEqual({
      ...caller,
      userCreated: 'monday',
      token: { id: token.id, expiresMs: START + DAY, ancestors: 0 },
    });
    expect(await ask(`bEARER   ${token.text} `)).toMatchObject(caller);
    nowMs = START + DAY;
    expect(await ask(bearer(token))).toBeUndefined();
  });

  it('proves nothing with any character changed', async () => {
    const { text } = issue();
    for (let at = 0; at < text.length; at += 1) {
      const other = text[at] === 'A' ? 'B' : 'A';
      const changed = text.slice(0, at) + other + text.slice(at + 1);
      // The scheme before it has no case, nor has our own prefix: neither is a secret.
      if (changed.toLowerCase() === text.toLowerCase()) continue;
      expect(await ask(`Bearer ${changed}`)).toBeUndefined();
    }
    for (const authorization of [
      text,
      `Basic ${text}`,
      `Bearer ${text}x`,
      `Bearer ${text}, Bearer ${text}`,
      'Bearer ',
    ])
      expect(await ask(authorization)).toBeUndefined();
  });

  it('of one id with the secret of another proves nothing', async () => {
    const [one, other] = [issue(), issue()];
    expect(
      await ask(`Bearer darkroom_${one.id}_${other.text.split('_').slice(2).join('_')}`),
    ).toBeUndefined();
  });

  it('is never more than its user is by now', async () => {
    const token = issue();
    users.set('will', { role: 'reader', created: 'monday' });
    expect(await ask(bearer(token))).toMatchObject({ role: 'reader' });
    users.set('will', { role: 'admin', created: 'monday' });
    expect(await ask(bearer(token))).toMatchObject({ role: 'writer' });
  });

  it('ends with its user, and is not another user’s of the same name', async () => {
    const token = issue();
    users.delete('will');
    expect(await ask(bearer(token))).toBeUndefined();
    users.set('will', { role: 'admin', created: 'tuesday' });
    expect(await ask(bearer(token))).toBeUndefined();
  });

  it('ends with any of those that it descends from', async () => {
    const first = issue();
    const second = issue({ parent: first.id });
    const third = issue({ parent: second.id });
    expect(await ask(bearer(third))).toMatchObject({ token: { ancestors: 2 } });
    for (const ended of [first, second]) {
      const kept = stored.get(ended.id);
      if (kept === undefined) throw new Error('It was issued');
      stored.set(ended.id, { ...kept, expiresMs: 0 });
      expect(await ask(bearer(third))).toBeUndefined();
      stored.delete(ended.id);
      expect(await ask(bearer(third))).toBeUndefined();
      stored.set(ended.id, kept);
      expect(await ask(bearer(third))).toBeDefined();
    }
  });

  it('descends from a few others at most, and from itself never', async () => {
    let last = issue();
    for (let n = 0; n < MAX_ANCESTORS; n += 1) last = issue({ parent: last.id });
    expect(await ask(bearer(last))).toMatchObject({ token: { ancestors: MAX_ANCESTORS } });
    expect(await ask(bearer(issue({ parent: last.id })))).toBeUndefined();
    const kept = stored.get(last.id);
    if (kept !== undefined) stored.set(last.id, { ...kept, parent: last.id });
    expect(await ask(bearer(last))).toBeUndefined();
  });
});
