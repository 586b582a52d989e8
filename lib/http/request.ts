import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { DarkroomError } from '../error.ts';
import { type Match, matchRoute } from './match.ts';
import { HttpError } from './problem.ts';

/** A request as the routes see it: parsed once, at the edge. */
export interface Request extends Match {
  readonly method: string;
  /** Decoded once, from the raw query string: the gateway's own parse joins repeated values. */
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
  readonly requestId: string;
  /** Scheme, host and base path, without a slash at the end. */
  readonly baseUrl: string;
}

/** Throws DarkroomError NOT_FOUND for no route, METHOD_NOT_ALLOWED with `Allow` for a wrong method. */
export function toRequest(event: APIGatewayProxyEventV2, basePath: string): Request {
  const { http, domainName, requestId } = event.requestContext;
  if (!event.rawPath.startsWith(`${basePath}/`)) throw refusal(http.method, event.rawPath, []);
  const path = event.rawPath.slice(basePath.length);
  const match = matchRoute(http.method, path);
  if ('allow' in match) throw refusal(http.method, path, match.allow);
  const scheme = event.headers['x-forwarded-proto'] ?? 'https';
  return {
    ...match,
    params:
      event.pathParameters === undefined
        ? match.params
        : { ...match.params, ...definedOf(event.pathParameters) },
    method: http.method,
    query: new URLSearchParams(event.rawQueryString),
    headers: event.headers,
    body: Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8'),
    requestId,
    baseUrl: `${scheme}://${event.headers.host ?? domainName}${basePath}`,
  };
}

/** The key of an object that a request names: the rest of its path, or `-?key=` for a key that a path cannot carry exactly. */
export function namedKey({ params, query }: Pick<Request, 'params' | 'query'>, param: string): string {
  const path = params[param] ?? '';
  if (path !== '-') return path;
  const key = query.get('key');
  if (key === null || key === '') {
    throw new DarkroomError(
      'BAD_PARAMETER',
      'key is missing: the path - takes the key from the query, as in -?key=trip%2Fcat.jpg',
    );
  }
  return key;
}

function refusal(method: string, path: string, allow: readonly string[]): DarkroomError {
  if (allow.length === 0) return new DarkroomError('NOT_FOUND', `There is no ${path} here`);
  const allowed = allow.join(', ');
  return new HttpError('METHOD_NOT_ALLOWED', `${path} takes ${allowed}, not ${method}`, { allow: allowed });
}

function definedOf(params: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(params).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
}
