import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Caller, UserRole } from '../http/caller.ts';
import { HttpError } from '../http/problem.ts';
import { parseBasic } from './basic.ts';
import { isPassword, noPassword } from './scrypt.ts';

export interface PasswordOptions {
  /** The first user, an admin. */
  readonly loadFirst: () => Promise<{ readonly user: string; readonly password: string }>;
  readonly findUser: (
    name: string,
  ) => Promise<
    { readonly role: UserRole; readonly passwordHash: string; readonly created?: string } | undefined
  >;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** How long a password that was right needs no second derivation in the same sandbox. */
const REMEMBERED_MS = 5 * 60_000;
/** What is remembered at once: of passwords, and of wrong ones. */
const MAX_REMEMBERED = 1_000;
/** Wrong passwords for one user from one address: so many at once, then one more each second. */
const MAX_WRONG = 100;
const WRONG_PER_MS = 1 / 1_000;

/**
 * Knows users by HTTP Basic. What is remembered of a password is a keyed hash that holds what is stored of its user: who is removed, or
 * has another role or password by now, is asked anew. Throws TOO_MANY_REQUESTS with `Retry-After` for who guesses.
 */
export function passwordCaller({ loadFirst, findUser, now }: PasswordOptions) {
  const key = randomBytes(32);
  const none = noPassword();
  const keyed = (...parts: readonly string[]): string =>
    createHmac('sha256', key).update(JSON.stringify(parts)).digest('base64url');
  const remembered = new Map<string, { readonly untilMs: number }>();
  const guesses = new Map<string, { readonly wrong: number; readonly atMs: number }>();

  /** The first user's password is a secret made for it, so it needs no slow hash: a wrong one takes the time of anybody's wrong one. */
  async function find(user: string): Promise<Known | undefined> {
    const first = await loadFirst();
    if (user === first.user) {
      const wanted = Buffer.from(keyed(first.password.normalize('NFC')));
      const isRight = async (given: string): Promise<boolean> => {
        if (timingSafeEqual(Buffer.from(keyed(given.normalize('NFC'))), wanted)) return true;
        await findUser(user);
        return isPassword(given, none);
      };
      return { role: 'admin', stored: first.password, isRight };
    }
    const found = await findUser(user);
    if (found === undefined) return undefined;
    const { role, passwordHash: stored, created } = found;
    return { role, stored, created, isRight: (given) => isPassword(given, stored) };
  }

  function wrongNow(who: string): number {
    const { wrong, atMs } = guesses.get(who) ?? { wrong: 0, atMs: now() };
    return Math.max(0, wrong - (now() - atMs) * WRONG_PER_MS);
  }

  return async (authorization: string, sourceIp: string): Promise<Caller | undefined> => {
    const given = parseBasic(authorization);
    if (given === undefined) return undefined;
    const { user: name, password } = given;
    const known = await find(name);
    const proof = known && keyed('right', name, password, known.stored);
    const isRemembered = proof !== undefined && (remembered.get(proof)?.untilMs ?? 0) > now();
    if (known !== undefined && isRemembered) return toCaller(name, known);

    const who = keyed('wrong', name, sourceIp);
    const wrong = wrongNow(who);
    if (wrong >= MAX_WRONG) throw tooMany();
    // Who does not exist takes as long as who does.
    const isRight = await (known?.isRight(password) ?? isPassword(password, none));
    if (known === undefined || proof === undefined || !isRight) {
      keep(guesses, who, { wrong: wrong + 1, atMs: now() });
      return undefined;
    }
    keep(remembered, proof, { untilMs: now() + REMEMBERED_MS });
    return toCaller(name, known);
  };
}

interface Known {
  readonly role: UserRole;
  readonly stored: string;
  readonly created?: string | undefined;
  readonly isRight: (password: string) => Promise<boolean>;
}

function toCaller(name: string, { role, created }: Known): Caller {
  return { name, role, by: 'password', ...(created !== undefined && { userCreated: created }) };
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
