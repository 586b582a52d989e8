import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type * as z from 'zod/mini';
import type { ROUTES, RouteName } from './routes.ts';

/** What a route answers. Text goes as it is, bytes go in base64, as the gateway wants them. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

type Answers<N extends RouteName> = (typeof ROUTES)[N]['answers'];
type JsonStatus<N extends RouteName> = keyof Answers<N> & number;
type JsonAt<N extends RouteName, S extends JsonStatus<N>> = Answers<N>[S] extends {
  readonly json: infer Schema extends z.ZodMiniType;
}
  ? z.input<Schema>
  : never;

/** What a route answers as JSON with a status: that this is what its row says, the compiler knows. */
export function jsonAnswer<N extends RouteName, S extends JsonStatus<N>>(
  _route: N,
  status: S,
  value: JsonAt<N, S>,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
    body: `${JSON.stringify(value)}\n`,
  };
}

/** The answer as API Gateway v2 takes it. No browser is to guess a type, or to run what was uploaded. */
export function toGateway({ status, headers, body }: Answer): APIGatewayProxyStructuredResultV2 {
  const safe = { 'x-content-type-options': 'nosniff', ...headers };
  if (body === undefined) return { statusCode: status, headers: safe };
  const isBytes = typeof body !== 'string';
  return {
    statusCode: status,
    headers: safe,
    body: isBytes ? body.toString('base64') : body,
    isBase64Encoded: isBytes,
  };
}

/**
 * Bytes of a body that one answer can carry: Lambda takes 6,291,556 bytes of JSON (Lambda quotas, "Invocation payload"), base64
 * makes 4 of 3, and 16 KiB are left for the headers.
 */
export const MAX_ANSWER_BYTES = Math.floor(((6_291_556 - 16_384) * 3) / 4);

/** `attachment` with a name that no browser misreads (RFC 6266): ASCII for the old, UTF-8 for the rest. */
export function attachment(name: string): string {
  const ascii = name.replaceAll(/[^\x20-\x7e]|["\\%;/]/g, '_');
  const utf8 = encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${utf8}`;
}
