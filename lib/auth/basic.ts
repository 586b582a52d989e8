import { createHash, timingSafeEqual } from 'node:crypto';
import type { Identify } from './authenticate.ts';

export interface FirstUser {
  readonly user: string;
  readonly password: string;
}

/**
 * Knows the first user, an admin, by HTTP Basic (RFC 7617, UTF-8). The credentials are loaded at the first request, and again at the next
 * one if that failed. They are compared as hashes, in constant time.
 */
export function basicIdentify(load: () => Promise<FirstUser>): Identify {
  let known: Promise<FirstUser> | undefined;
  return async (authorization) => {
    const given = parseBasic(authorization);
    if (given === undefined) return undefined;
    known ??= load().catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    const first = await known;
    const isUser = isEqual(given.user, first.user);
    const isPassword = isEqual(given.password, first.password);
    return isUser && isPassword ? { name: first.user, role: 'admin' } : undefined;
  };
}

/** User and password of a Basic header; undefined for anything else. A password may hold colons, a user may not. */
export function parseBasic(authorization: string): FirstUser | undefined {
  const [, encoded] = /^basic +([A-Za-z0-9+/_-]+=*) *$/i.exec(authorization) ?? [];
  if (encoded === undefined) return undefined;
  const pair = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  return colon === -1 ? undefined : { user: pair.slice(0, colon), password: pair.slice(colon + 1) };
}

function isEqual(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
