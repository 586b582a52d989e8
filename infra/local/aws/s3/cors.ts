import type { Answer } from '../answer.ts';
import type { AwsRequest } from '../request.ts';
import type { S3Context } from './call.ts';
import { s3Error } from './errors.ts';
import type { CorsRule } from './setting-documents.ts';
import { readSetting } from './settings.ts';
import { splitPath } from './wire.ts';

const ASKED_METHOD = 'access-control-request-method';
const ASKED_HEADERS = 'access-control-request-headers';

/**
 * What a browser asks before it calls from a page of another origin. It bears no signature that could be checked: that of a signed URL
 * is for the call to come. https://docs.aws.amazon.com/AmazonS3/latest/API/RESTOPTIONSobject.html
 */
export function preflight(s3: S3Context, { headers, path }: Pick<AwsRequest, 'headers' | 'path'>): Answer {
  const origin = headers.get('origin');
  const method = headers.get(ASKED_METHOD);
  if (origin === undefined)
    throw s3Error('BadRequest', 'Insufficient information. Origin request header needed.');
  if (method === undefined) throw s3Error('BadRequest', 'Invalid Access-Control-Request-Method: null');
  const wanted = headers.get(ASKED_HEADERS)?.toLowerCase() ?? '';
  const names = wanted.split(',').flatMap((name) => name.trim() || []);
  const rules = rulesOf(s3, path);
  if (rules === undefined)
    throw s3Error('AccessForbidden', 'CORSResponse: CORS is not enabled for this bucket.');
  const rule = rules.find((one) => allows(one, origin, method) && names.every((name) => takes(one, name)));
  if (rule === undefined) throw s3Error('AccessForbidden');
  const allowedHeaders = names.length > 0 ? { 'access-control-allow-headers': names.join(', ') } : {};
  return { status: 200, headers: { ...headersOf(rule, origin), ...allowedHeaders } };
}

/** What an answer, a refusal too, says to the browser about the origin of the page that called; nothing where no rule fits. */
export function corsHeaders(
  s3: S3Context,
  { headers, path, method }: Pick<AwsRequest, 'headers' | 'path' | 'method'>,
): Readonly<Record<string, string>> {
  const origin = headers.get('origin');
  const rule = origin && rulesOf(s3, path)?.find((one) => allows(one, origin, method));
  return origin && rule ? headersOf(rule, origin) : {};
}

function rulesOf({ db }: S3Context, path: string): readonly CorsRule[] | undefined {
  const { bucket } = splitPath(path);
  return readSetting<{ readonly CORSRule: readonly CorsRule[] }>(db, bucket, 'cors')?.CORSRule;
}

function allows({ AllowedOrigin, AllowedMethod }: CorsRule, origin: string, method: string): boolean {
  return AllowedMethod.includes(method) && AllowedOrigin.some((pattern) => fits(pattern, origin));
}

function takes({ AllowedHeader }: CorsRule, name: string): boolean {
  return AllowedHeader.some((pattern) => fits(pattern.toLowerCase(), name));
}

/** A pattern has at most one `*`. */
function fits(pattern: string, text: string): boolean {
  const [start = '', end] = pattern.split('*');
  if (end === undefined) return pattern === text;
  return text.length >= start.length + end.length && text.startsWith(start) && text.endsWith(end);
}

/** Any origin is told as `*`, for which a browser sends no credentials. */
function headersOf(rule: CorsRule, origin: string): Record<string, string> {
  const isOpen = rule.AllowedOrigin.find((pattern) => fits(pattern, origin)) === '*';
  return {
    'access-control-allow-origin': isOpen ? '*' : origin,
    'access-control-allow-methods': rule.AllowedMethod.join(', '),
    ...(rule.ExposeHeader.length > 0 && { 'access-control-expose-headers': rule.ExposeHeader.join(', ') }),
    ...(rule.MaxAgeSeconds !== undefined && { 'access-control-max-age': rule.MaxAgeSeconds }),
    ...(!isOpen && { 'access-control-allow-credentials': 'true' }),
    vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
  };
}
