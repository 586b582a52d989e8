import type { UserRole } from '../http/caller.ts';
import type { Credentials } from './authenticate.ts';
import { type PasswordOptions, passwordCaller } from './password.ts';
import { type SigningKeys, urlCaller } from './signed-url.ts';
import { type StoredToken, tokenCaller } from './token.ts';

export interface CredentialStores {
  readonly loadFirst: PasswordOptions['loadFirst'];
  readonly loadKeys: () => Promise<SigningKeys>;
  /** @default signed URLs count from anywhere */
  readonly loadOrigin?: (() => Promise<SigningKeys>) | undefined;
  readonly users: {
    readonly find: (
      name: string,
    ) => Promise<
      { readonly role: UserRole; readonly passwordHash: string; readonly created: string } | undefined
    >;
  };
  readonly tokens: { readonly find: (id: string) => Promise<StoredToken | undefined> };
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Everything that proves who asks: passwords, tokens and signed URLs, over where they are kept. */
export function credentials({
  loadFirst,
  loadKeys,
  loadOrigin,
  users,
  tokens,
  now,
}: CredentialStores): Credentials {
  async function findUser(name: string) {
    return name === (await loadFirst()).user ? ({ role: 'admin' } as const) : users.find(name);
  }
  return {
    password: passwordCaller({ loadFirst, findUser: users.find, now }),
    token: tokenCaller({ findToken: tokens.find, findUser, now }),
    url: urlCaller({ loadKeys, loadOrigin, now }),
  };
}

/** How long a secret that was read is good for: a rotated one counts everywhere after that. */
const KEPT_MS = 5 * 60_000;

/** Reads a secret once, and again when it is old or could not be read. */
export function remembering<T>(load: () => Promise<T>, now: () => number): () => Promise<T> {
  let known: { readonly value: Promise<T>; readonly untilMs: number } | undefined;
  return () => {
    if (known !== undefined && known.untilMs > now()) return known.value;
    const value = load().catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    known = { value, untilMs: now() + KEPT_MS };
    return value;
  };
}
