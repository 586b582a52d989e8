import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';

/**
 * Cost of one try: 2^15 blocks of 8, three times over, in 32 MiB. OWASP Password Storage Cheat Sheet, "scrypt"; of its equal choices the one
 * that fits beside everything else into a small function.
 */
const COST = { N: 2 ** 15, r: 8, p: 3 } as const;
const SALT_BYTES = 16;
const HASH_BYTES = 32;

/** A password as it may be stored: `scrypt:{N}:{r}:{p}:{salt}:{hash}`, base64url. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  return stored(salt, await derive(password, salt, COST));
}

/** What looks as if it were stored and fits no password: to find that out takes as long as of any other. */
export function noPassword(): string {
  return stored(randomBytes(SALT_BYTES), randomBytes(HASH_BYTES));
}

function stored(salt: Buffer, hash: Buffer): string {
  return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64url'), hash.toString('base64url')].join(':');
}

/** Whether a password is the one that was stored; false for what `hashPassword` does not write. */
export async function isPassword(password: string, stored: string): Promise<boolean> {
  const [, N, r, p, salt, hash] = /^scrypt:(\d+):(\d+):(\d+):([\w-]+):([\w-]+)$/.exec(stored) ?? [];
  if (salt === undefined || hash === undefined) return false;
  const wanted = Buffer.from(hash, 'base64url');
  const cost = { N: Number(N), r: Number(r), p: Number(p) };
  const given = await derive(password, Buffer.from(salt, 'base64url'), cost);
  return wanted.length === given.length && timingSafeEqual(wanted, given);
}

/** One form of each character: what two keyboards write for one password is equal (RFC 8265, OpaqueString). */
function derive(password: string, salt: Buffer, cost: Pick<ScryptOptions, 'N' | 'r' | 'p'>): Promise<Buffer> {
  const memory = { ...cost, maxmem: 64 * 2 ** 20 };
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFC'), salt, HASH_BYTES, memory, (error, key) =>
      error === null ? resolve(key) : reject(error),
    );
  });
}
