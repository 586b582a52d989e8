import { validateHeaderName, validateHeaderValue } from 'node:http';
import * as z from 'zod/mini';

/** An HTTP answer that is ready to be written. */
export interface Answer {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Buffer;
}

/** What the gateway itself says, in API Gateway's words. */
export function plainAnswer(status: keyof typeof MESSAGES): Answer {
  const body = Buffer.from(JSON.stringify({ message: MESSAGES[status] }));
  return { status, headers: { 'content-type': 'application/json' }, body };
}

const MESSAGES = {
  404: 'Not Found',
  413: 'Request Entity Too Large',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
} as const;

/** Of one connection, so not a function's to say. */
const DROPPED = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Text that HTTP can carry in a header; anything else would be a way to write headers of one's own. */
const headerName = z.string().check(z.refine((name) => passes(() => validateHeaderName(name))));
const headerValue = z.string().check(z.refine((value) => passes(() => validateHeaderValue('any', value))));

const structured = z.object({
  statusCode: z.coerce.number().check(z.int(), z.minimum(200), z.maximum(599)),
  headers: z.nullish(z.record(headerName, z.union([headerValue, z.number(), z.boolean()]))),
  cookies: z.nullish(z.array(headerValue)),
  body: z.nullish(z.string()),
  isBase64Encoded: z.nullish(z.boolean()),
});

/**
 * The answer that a function's result stands for, in payload format 2.0: with `statusCode` it is taken at its word, anything else
 * is a body of its own. A malformed one is a 500.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function functionAnswer(payload: string): Answer {
  const result = parseJson(payload);
  if (result === undefined) return plainAnswer(500);
  if (typeof result !== 'object' || result === null || !('statusCode' in result)) {
    const body = typeof result === 'string' ? result : payload;
    return { status: 200, headers: { 'content-type': 'application/json' }, body: Buffer.from(body) };
  }
  const parsed = structured.safeParse(result);
  if (!parsed.success) return plainAnswer(500);
  const { statusCode, headers, cookies, body, isBase64Encoded } = parsed.data;
  return {
    status: statusCode,
    headers: {
      ...(body ? { 'content-type': 'text/plain;charset=UTF-8' } : {}),
      ...lowerCase(headers ?? {}),
      ...(cookies ? { 'set-cookie': cookies } : {}),
    },
    body: Buffer.from(body ?? '', isBase64Encoded === true ? 'base64' : 'utf8'),
  };
}

function lowerCase(
  headers: Readonly<Record<string, string | number | boolean>>,
): Readonly<Record<string, string>> {
  const pairs = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)] as const);
  return Object.fromEntries(pairs.filter(([name]) => !DROPPED.has(name)));
}

function passes(check: () => void): boolean {
  try {
    check();
    return true;
  } catch {
    return false;
  }
}

/** Undefined when it is no JSON: a streamed answer may be anything. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
