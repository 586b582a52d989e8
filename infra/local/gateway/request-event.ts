import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { RouteSpec } from '../topology/topology.ts';
import type { RouteMatch } from './route-table.ts';

/** What API Gateway hands over as text; everything else, and what is compressed or no UTF-8, comes as base64. */
const TEXT = /^(?:text\/|application\/(?:[\w.-]+\+)?(?:json|xml)\b|application\/javascript\b)/i;

export interface EventOptions {
  readonly request: IncomingMessage;
  readonly target: Target;
  readonly match: RouteMatch<RouteSpec>;
  readonly body: Buffer;
  /** What this server is called, with its port, which AWS never needs: an address made of it has to lead back here. */
  readonly domainName: string;
  readonly requestId: string;
  readonly receivedAt: Date;
}

export interface Target {
  /** Percent-encoded; API Gateway decodes it and then cuts it at a `?`, so it ends before a `%3F`. */
  readonly path: string;
  /** The same, decoded. */
  readonly rawPath: string;
  /** As it was sent, without the `?`. */
  readonly query: string;
}

/** The target of a request line. Undefined when it is no path (`OPTIONS *`) or its percent-encoding is malformed. */
export function parseTarget(url: string): Target | undefined {
  const [, whole, query = ''] = /^(?:https?:\/\/[^/?]*)?(\/[^?]*)(?:\?(.*))?$/i.exec(url) ?? [];
  const path = whole?.split(/%3f/i)[0];
  if (path === undefined) return undefined;
  try {
    return { path, rawPath: decodeURIComponent(path), query };
  } catch {
    return undefined;
  }
}

/**
 * The event of payload format 2.0.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function requestEvent(options: EventOptions): Readonly<Record<string, unknown>> {
  const { request, target, match, body, domainName, requestId, receivedAt } = options;
  const { cookie, ...headers } = joinHeaders(request.rawHeaders);
  const sourceIp = request.socket.remoteAddress ?? '';
  const isText = TEXT.test(headers['content-type'] ?? '') && !headers['content-encoding'] && isUtf8(body);
  return {
    version: '2.0',
    routeKey: match.route.key,
    rawPath: target.rawPath,
    rawQueryString: target.query,
    ...(cookie !== undefined && { cookies: cookie.split(/; ?/) }),
    headers: {
      ...headers,
      'x-forwarded-for': headers['x-forwarded-for'] ? `${headers['x-forwarded-for']}, ${sourceIp}` : sourceIp,
      'x-forwarded-port': String(request.socket.localPort),
      'x-forwarded-proto': 'http',
    },
    ...(target.query !== '' && { queryStringParameters: joinQuery(target.query) }),
    requestContext: {
      accountId: match.route.functionArn.split(':')[4],
      apiId: 'local',
      domainName,
      domainPrefix: domainName.split('.')[0],
      http: {
        method: request.method,
        path: target.rawPath,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId,
      routeKey: match.route.key,
      stage: '$default',
      time: logTime(receivedAt),
      timeEpoch: receivedAt.getTime(),
    },
    ...(Object.keys(match.parameters).length > 0 && { pathParameters: match.parameters }),
    ...(body.length > 0 && { body: body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !isText,
  };
}

/** Lower-case names; repeated ones are joined, of which node's own `headers` drops some. */
function joinHeaders(raw: readonly string[]): Readonly<Record<string, string>> {
  const headers = new Map<string, string>();
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i]?.toLowerCase() ?? '';
    append(headers, name, raw[i + 1] ?? '', name === 'cookie' ? '; ' : ',');
  }
  return Object.fromEntries(headers);
}

function joinQuery(query: string): Readonly<Record<string, string>> {
  const values = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(query)) append(values, name, value, ',');
  return Object.fromEntries(values);
}

function append(values: Map<string, string>, name: string, value: string, separator: string): void {
  const before = values.get(name);
  values.set(name, before === undefined ? value : before + separator + value);
}

/** `21/Nov/2026:04:16:22 +0000`. */
function logTime(time: Date): string {
  const [, day, month, year, clock] = time.toUTCString().split(' ');
  return `${day}/${month}/${year}:${clock} +0000`;
}
