import { ROUTES, type Route } from '../../lib/http/routes.ts';

export const routes = Object.entries<Route>(ROUTES);

/** What the variables of a path stand for, so that nothing is found and nothing done. */
const NOTHING: Readonly<Record<string, string>> = {
  path: 'none/such.jpg',
  filename: 'none/such.jpg',
  id: '0'.repeat(32),
  name: 'nobody',
};

/** A request that a route takes, whoever sends it, and that finds nothing and does nothing. */
export function harmless({ method, path, when, body }: Route): {
  readonly target: string;
  readonly init: RequestInit;
} {
  const filled = path.replaceAll(/\{(\w+)\+?\}/g, (_all, name: string) => NOTHING[name] ?? 'x');
  const isJson = body !== undefined && 'json' in body;
  return {
    target: when === undefined ? filled : `${filled}?${when}=true`,
    init: {
      method,
      ...(isJson && { body: '{"nothing":true}', headers: { 'content-type': 'application/json' } }),
    },
  };
}

export const basic = (user: string, password: string): string => `Basic ${btoa(`${user}:${password}`)}`;

/** A request with these credentials, or with none, and nothing else. */
export async function ask(
  apiUrl: string,
  target: string,
  { authorization, ...init }: RequestInit & { readonly authorization?: string | undefined } = {},
): Promise<Response> {
  const headers = new Headers(init.headers);
  if (authorization !== undefined) headers.set('authorization', authorization);
  return fetch(apiUrl + target, { redirect: 'manual', ...init, headers });
}

export interface Told {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
}

/** The problem document that an answer has to be. */
export async function problemOf(answer: Response): Promise<Told> {
  const type = answer.headers.get('content-type');
  if (type !== 'application/problem+json') throw new Error(`${answer.status} ${type} is no problem document`);
  return (await answer.json()) as Told;
}
