import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { type Caller, lesser, type UserRole } from '../http/caller.ts';

/** A token as it is stored: never what it says, only its hash. 256 random bits need no slow hash. */
export interface StoredToken {
  readonly id: string;
  readonly user: string;
  readonly role: UserRole;
  readonly secretSha256: string;
  /** Milliseconds since 1970. */
  readonly expiresMs: number;
  /** The token that this one was made with: it ends when that one does. */
  readonly parent?: string;
}

/** Tokens that one was made with, one after another. */
const MAX_ANCESTORS = 4;

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
  /** The role that a user has now; undefined for a user who is gone. */
  readonly roleOf: (user: string) => Promise<UserRole | undefined>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Knows callers by `Authorization: Bearer` (RFC 6750). A token lives no longer than its user, and as what its user is by now. */
export function tokenCaller({ findToken, roleOf, now }: TokenOptions) {
  async function isAlive(id: string | undefined, generation = 0): Promise<boolean> {
    if (id === undefined) return true;
    const parent = generation < MAX_ANCESTORS ? await findToken(id) : undefined;
    return parent !== undefined && parent.expiresMs > now() && isAlive(parent.parent, generation + 1);
  }

  return async (authorization: string): Promise<Caller | undefined> => {
    const [, id, secret] = /^bearer +darkroom_([0-9a-f]{16})_([\w-]{43}) *$/i.exec(authorization) ?? [];
    if (id === undefined || secret === undefined) return undefined;
    const token = await findToken(id);
    if (token === undefined || !isEqual(sha256(secret), token.secretSha256)) return undefined;
    if (token.expiresMs <= now() || !(await isAlive(token.parent))) return undefined;
    const role = await roleOf(token.user);
    if (role === undefined) return undefined;
    const { user: name, expiresMs } = token;
    return { name, role: lesser(token.role, role), by: 'token', token: { id, expiresMs } };
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function isEqual(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
