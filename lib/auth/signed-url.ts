import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Caller } from '../http/caller.ts';
import type { Incoming } from '../http/request.ts';

/** The key that signs, and the one before it, whose URLs still count. */
export interface SigningKeys {
  readonly current: string;
  readonly previous?: string | undefined;
}

const OWN = ['expires', 'kid', 'signature'] as const;

/**
 * The query of a URL that stands for credentials until it expires: bound to the method GET (and so HEAD), to the path and to every
 * parameter, each as it is said. Whoever changes one of them, or the time, has no signature.
 */
export function signQuery(
  keys: SigningKeys,
  {
    path,
    search,
    expiresMs,
  }: { readonly path: string; readonly search: URLSearchParams; readonly expiresMs: number },
): URLSearchParams {
  const signed = new URLSearchParams(search);
  for (const name of OWN) signed.delete(name);
  signed.set('expires', String(Math.floor(expiresMs / 1_000)));
  signed.set('kid', idOf(keys.current));
  signed.set('signature', sign(keys.current, path, signed));
  return signed;
}

/** The header by which a CDN proves that a request comes through it. */
const ORIGIN_HEADER = 'x-darkroom-origin';

/** Knows who holds a URL that this service signed: a reader of what it names. */
export function urlCaller(options: {
  readonly loadKeys: () => Promise<SigningKeys>;
  /** What the CDN says, and said before. @default URLs count from anywhere */
  readonly loadOrigin?: (() => Promise<SigningKeys>) | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}) {
  return async ({ path, search, headers }: Incoming): Promise<Caller | undefined> => {
    const given = Object.fromEntries(OWN.map((name) => [name, search.getAll(name)]));
    const [expires, kid, signature] = OWN.map((name) => given[name]?.[0] ?? '');
    if (OWN.some((name) => given[name]?.length !== 1) || !/^\d{1,11}$/.test(expires ?? '')) return undefined;
    const { current, previous } = await options.loadKeys();
    const key = [current, previous].find((it) => it !== undefined && idOf(it) === kid);
    if (key === undefined) return undefined;
    const unsigned = new URLSearchParams(search);
    unsigned.delete('signature');
    const urlExpiresMs = Number(expires) * 1_000;
    if (!isEqual(sign(key, path, unsigned), signature ?? '') || urlExpiresMs <= options.now())
      return undefined;
    if (options.loadOrigin && !isOrigin(await options.loadOrigin(), headers[ORIGIN_HEADER])) return undefined;
    return { name: '', role: 'reader', by: 'url', urlExpiresMs };
  };
}

function isOrigin({ current, previous }: SigningKeys, said = ''): boolean {
  return isEqual(current, said) || (previous !== undefined && isEqual(previous, said));
}

/** Tells keys apart without telling what they are. */
function idOf(key: string): string {
  return createHash('sha256').update(`id of ${key}`).digest('hex').slice(0, 8);
}

/** The order of the parameters does not matter: caches and clients sort them. */
function sign(key: string, path: string, search: URLSearchParams): string {
  const pairs = [...search].toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return createHmac('sha256', key)
    .update(JSON.stringify(['GET', path, pairs]))
    .digest('base64url');
}

/** As texts: the last character of base64url has bits that no byte needs, and it is to count as well. */
function isEqual(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
