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
  /** What the URL of a route begins with for whoever asks: scheme, host and path, without a slash at the end. */
  readonly baseUrl: string;
  /** Milliseconds until the function that answers is stopped. */
  readonly remainingMs: () => number;
}

/** Where the routes are. */
export interface Place {
  /** In front of every route, as the gateway has it. */
  readonly basePath: string;
  /** What the URL of a route begins with from outside; the gateway's own address where it is empty. */
  readonly publicUrl?: string;
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
  { basePath, publicUrl }: Place,
): Incoming {
  const { http, domainName, requestId } = event.requestContext;
  if (!event.rawPath.startsWith(`${basePath}/`)) throw nowhere(event.rawPath, basePath);
  const path = event.rawPath.slice(basePath.length);
  const search = new URLSearchParams(event.rawQueryString);
  const match = matchRoute(http.method, path, search);
  if ('allow' in match) {
    if (match.allow.length === 0) throw nowhere(path, basePath);
    throw wrongMethod(http.method, path, match.allow.join(', '));
  }
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
    baseUrl: publicUrl || `${scheme}://${domainName}${basePath}`,
    remainingMs: () => context.getRemainingTimeInMillis(),
  };
}

/** Reads the query and the JSON body by the row of the route. Throws DarkroomError that names what is wrong with them. */
export function toRequest(incoming: Incoming, caller: Caller): Request {
  const { query, body } = incoming.route;
  if (body !== undefined) demandWhole(incoming.headers);
  return {
    ...incoming,
    caller,
    query: readQuery(incoming.search, query),
    json: body !== undefined && 'json' in body ? readJson(incoming, body.json, body.whenEmpty) : undefined,
  } as Request;
}

/**
 * Throws for a body that says it is a part (RFC 9110 §14.5), or packed: nothing here unpacks, and what was taken for the whole would be
 * kept as it.
 */
function demandWhole({
  'content-range': part,
  'content-encoding': coding = 'identity',
}: Incoming['headers']): void {
  if (part !== undefined) {
    throw new DarkroomError(
      'BAD_REQUEST',
      'A body with Content-Range is a part, and only whole bodies are taken: send all of it, without that header',
    );
  }
  if (/^\s*(identity)?\s*$/i.test(coding)) return;
  throw new HttpError(
    'UNSUPPORTED_MEDIA_TYPE',
    `The body has the Content-Encoding ${coding.slice(0, 40)}, and none is undone here: send it as it is, without that header`,
    { 'accept-encoding': 'identity' },
  );
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

function nowhere(path: string, basePath: string): DarkroomError {
  return new DarkroomError(
    'NOT_FOUND',
    `There is no ${path} here; ${basePath}/openapi.json tells what there is`,
  );
}

function wrongMethod(method: string, path: string, allow: string): HttpError {
  return new HttpError('METHOD_NOT_ALLOWED', `${path} takes ${allow}, not ${method}`, { allow });
}
