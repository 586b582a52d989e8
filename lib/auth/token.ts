import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { type Caller, lesser, type UserRole } from '../http/caller.ts';

/** A token as it is stored: never what it says, only its hash. 256 random bits need no slow hash. */
export interface StoredToken {
  readonly id: string;
  readonly user: string;
  /** When its user was made, which tells another user of the same name apart; the first user has no such time. */
  readonly userCreated?: string;
  readonly role: UserRole;
  readonly secretSha256: string;
  /** Milliseconds since 1970. */
  readonly expiresMs: number;
  /** The token that this one was made with: it ends when that one does. */
  readonly parent?: string;
}

/** Tokens that one may descend from, each made with the one before: all are looked at each time. */
export const MAX_ANCESTORS = 4;

/** A new token: the text for the caller, told once, and what is stored of it. */
export function makeToken(facts: Omit<StoredToken, 'id' | 'secretSha256'>): {
  readonly text: string;
  readonly stored: StoredToken;
} {
  const id = randomBytes(8).toString('hex');
  const secret = randomBytes(32).toString('base64url');
  return { text: `darkroom_${id}_${secret}`, stored: { ...facts, id, secretSha256: sha256(secret) } };
}

export interface TokenOptions {
  readonly findToken: (id: string) => Promise<StoredToken | undefined>;
  /** A user as it is now; undefined for one that is gone. */
  readonly findUser: (
    name: string,
  ) => Promise<{ readonly role: UserRole; readonly created?: string } | undefined>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Knows callers by `Authorization: Bearer` (RFC 6750). A token lives no longer than its user, and as what its user is by now. */
export function tokenCaller({ findToken, findUser, now }: TokenOptions) {
  const isLive = (token: StoredToken): boolean => token.expiresMs > now();

  /** How many tokens one descends from; undefined where one of them has ended. */
  async function ancestorsOf(parent: string | undefined, count = 0): Promise<number | undefined> {
    if (parent === undefined) return count;
    const token = count < MAX_ANCESTORS ? await findToken(parent) : undefined;
    return token && isLive(token) ? ancestorsOf(token.parent, count + 1) : undefined;
  }

  return async (authorization: string): Promise<Caller | undefined> => {
    const [, id, secret] = /^bearer +darkroom_([0-9a-f]{16})_([\w-]{43}) *$/i.exec(authorization) ?? [];
    if (id === undefined || secret === undefined) return undefined;
    const token = await findToken(id);
    if (token === undefined || !isEqual(sha256(secret), token.secretSha256) || !isLive(token))
      return undefined;
    const [ancestors, owner] = await Promise.all([ancestorsOf(token.parent), findUser(token.user)]);
    if (ancestors === undefined || owner === undefined || owner.created !== token.userCreated)
      return undefined;
    const { user: name, userCreated, expiresMs } = token;
    return {
      ...{ name, role: lesser(token.role, owner.role), by: 'token' },
      ...(userCreated !== undefined && { userCreated }),
      token: { id, expiresMs, ancestors },
    };
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function isEqual(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
