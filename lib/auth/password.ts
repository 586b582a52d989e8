import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Caller, UserRole } from '../http/caller.ts';
import { HttpError } from '../http/problem.ts';
import { parseBasic } from './basic.ts';
import { hashPassword, isPassword } from './scrypt.ts';

export interface PasswordOptions {
  /** The first user, an admin. */
  readonly loadFirst: () => Promise<{ readonly user: string; readonly password: string }>;
  readonly findUser: (
    name: string,
  ) => Promise<{ readonly role: UserRole; readonly passwordHash: string } | undefined>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** How long a password that was right needs no second derivation in the same sandbox: as long as a removed user may still come in. */
const REMEMBERED_MS = 5 * 60_000;
/** Passwords that are remembered at once. */
const MAX_REMEMBERED = 1_000;
/** Wrong passwords for one user from one address: so many at once, then one more each second. */
const MAX_WRONG = 100;
const WRONG_PER_MS = 1 / 1_000;

/** Knows users by HTTP Basic. Throws TOO_MANY_REQUESTS with `Retry-After` for who guesses. */
export function passwordCaller({ loadFirst, findUser, now }: PasswordOptions) {
  const key = randomBytes(32);
  const keyed = (text: string): string => createHmac('sha256', key).update(text).digest('base64url');
  const remembered = new Map<string, { readonly caller: Caller; readonly untilMs: number }>();
  const guesses = new Map<string, { readonly wrong: number; readonly atMs: number }>();

  async function prove(user: string, password: string): Promise<Caller | undefined> {
    const known = await loadFirst();
    if (user === known.user) {
      const isRight = timingSafeEqual(Buffer.from(keyed(password)), Buffer.from(keyed(known.password)));
      return isRight ? { name: user, role: 'admin', by: 'password' } : undefined;
    }
    const found = await findUser(user);
    // Who does not exist takes as long as who does.
    const isRight = await isPassword(password, found?.passwordHash ?? (await nobody()));
    return found !== undefined && isRight ? { name: user, role: found.role, by: 'password' } : undefined;
  }

  function wrongNow(who: string): number {
    const { wrong, atMs } = guesses.get(who) ?? { wrong: 0, atMs: now() };
    return Math.max(0, wrong - (now() - atMs) * WRONG_PER_MS);
  }

  return async (authorization: string, sourceIp: string): Promise<Caller | undefined> => {
    const given = parseBasic(authorization);
    if (given === undefined) return undefined;
    const pair = keyed(JSON.stringify(given));
    const memory = remembered.get(pair);
    if (memory !== undefined && memory.untilMs > now()) return memory.caller;

    const who = keyed(JSON.stringify([given.user, sourceIp]));
    const wrong = wrongNow(who);
    if (wrong >= MAX_WRONG) throw tooMany();
    const caller = await prove(given.user, given.password);
    if (caller === undefined) keep(guesses, who, { wrong: wrong + 1, atMs: now() });
    else keep(remembered, pair, { caller, untilMs: now() + REMEMBERED_MS });
    return caller;
  };
}

/** What a user's password is compared with who is none: nobody's. */
let hashOfNobody: Promise<string> | undefined;
function nobody(): Promise<string> {
  hashOfNobody ??= hashPassword(randomBytes(16).toString('hex'));
  return hashOfNobody;
}

/** The oldest goes when there are too many. */
function keep<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > MAX_REMEMBERED && oldest !== undefined) map.delete(oldest);
}

function tooMany(): HttpError {
  return new HttpError(
    'TOO_MANY_REQUESTS',
    'Too many wrong passwords for this user from this address: wait a minute',
    { 'retry-after': '60' },
  );
}
