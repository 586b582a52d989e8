import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import type * as z from 'zod/mini';
import { DarkroomError } from '../error.ts';
import type { Caller } from './caller.ts';
import { readJson } from './json-body.ts';
import { type Match, matchRoute } from './match.ts';
import { readQuery, type ValuesOf } from './parameter.ts';
import { HttpError } from './problem.ts';
import type { ROUTES, RouteName } from './routes.ts';

/** A request on its way in: which route it asks for is known, who asks and whether it asks well is not. */
export interface Incoming<N extends RouteName = RouteName> extends Match<N> {
  readonly method: string;
  /** Decoded, without the base path. */
  readonly path: string;
  /** Decoded once, from the raw query string: the gateway's own parse joins repeated values. */
  readonly search: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
  readonly requestId: string;
  readonly sourceIp: string;
  /** Scheme, host and base path, without a slash at the end. */
  readonly baseUrl: string;
  /** Milliseconds until the function that answers is stopped. */
  readonly remainingMs: () => number;
}

/** A request as its route sees it: all that it brings is parsed by the route's row. */
export interface Request<N extends RouteName = RouteName> extends Incoming<N> {
  readonly caller: Caller;
  readonly query: ValuesOf<(typeof ROUTES)[N]['query']>;
  /** The body, where the route takes JSON. */
  readonly json: JsonOf<(typeof ROUTES)[N]>;
}

type JsonOf<R> = R extends { readonly body: { readonly json: infer S extends z.ZodMiniType } }
  ? z.output<S>
  : undefined;

/**
 * Throws DarkroomError NOT_FOUND for no route, METHOD_NOT_ALLOWED with `Allow` for a wrong method. The path is read from `rawPath`
 * alone, so that what a signature is checked for is what is looked up; the host is the one that the gateway vouches for
 * (`domainName`), since a `Host` header says what its sender likes.
 */
export function toIncoming(
  event: APIGatewayProxyEventV2,
  context: Pick<Context, 'getRemainingTimeInMillis'>,
  basePath: string,
): Incoming {
  const { http, domainName, requestId } = event.requestContext;
  if (!event.rawPath.startsWith(`${basePath}/`)) throw refusal(http.method, event.rawPath, []);
  const path = event.rawPath.slice(basePath.length);
  const search = new URLSearchParams(event.rawQueryString);
  const match = matchRoute(http.method, path, search);
  if ('allow' in match) throw refusal(http.method, path, match.allow);
  const scheme = event.headers['x-forwarded-proto'] ?? 'https';
  return {
    ...match,
    method: http.method,
    path,
    search,
    headers: event.headers,
    body: Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8'),
    requestId,
    sourceIp: http.sourceIp,
    baseUrl: `${scheme}://${domainName}${basePath}`,
    remainingMs: () => context.getRemainingTimeInMillis(),
  };
}

/** Reads the query and the JSON body by the row of the route. Throws DarkroomError that names what is wrong with them. */
export function toRequest(incoming: Incoming, caller: Caller): Request {
  const { query, body } = incoming.route;
  return {
    ...incoming,
    caller,
    query: readQuery(incoming.search, query),
    json: body !== undefined && 'json' in body ? readJson(incoming, body.json) : undefined,
  } as Request;
}

/** The key of an object that a request names: the rest of its path, or `-?key=` for a key that a path cannot carry exactly. */
export function namedKey(
  { params, query }: { readonly params: Match['params']; readonly query: { readonly key?: string } },
  param: string,
): string {
  const path = params[param] ?? '';
  if (path === '-' && query.key !== undefined) return query.key;
  if (path === '-') {
    throw new DarkroomError(
      'BAD_PARAMETER',
      'key is missing: the path - takes the key from the query, as in -?key=trip%2Fcat.jpg',
    );
  }
  if (query.key === undefined) return path;
  throw new DarkroomError('BAD_PARAMETER', `key goes behind the path - only, and this path names ${path}`);
}

function refusal(method: string, path: string, allow: readonly string[]): DarkroomError {
  if (allow.length === 0) return new DarkroomError('NOT_FOUND', `There is no ${path} here`);
  const allowed = allow.join(', ');
  return new HttpError('METHOD_NOT_ALLOWED', `${path} takes ${allowed}, not ${method}`, { allow: allowed });
}
