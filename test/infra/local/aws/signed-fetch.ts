import { readQuery } from '../../../../infra/local/aws/request.ts';
import { percentEncode } from '../../../../infra/local/aws/signature/percent.ts';
import {
  canonicalPaths,
  canonicalRequest,
  scopeText,
  sha256,
  sign,
  signingKey,
  stringToSign,
} from '../../../../infra/local/aws/signature/sigv4.ts';
import { CREDENTIALS } from './live-endpoint.ts';

export interface Signing {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly service?: string;
  readonly secret?: string;
  readonly accessKeyId?: string;
  /** @default now */
  readonly at?: number;
  /** What x-amz-content-sha256 says. @default the hash of the body */
  readonly payload?: string;
}

/** The headers of a request signed by header: for what no SDK would send. */
export function signedHeaders(url: string, signing: Signing): Record<string, string> {
  const { method = 'GET', body = '', service = 's3', at = Date.now() } = signing;
  const payload = signing.payload ?? sha256(Buffer.from(body));
  const timestamp = new Date(at).toISOString().replace(/[-:]|\.\d+/g, '');
  const { host, request } = target(url, method);
  const headers: Record<string, string> = {
    ...signing.headers,
    host,
    'x-amz-date': timestamp,
    ...(service === 's3' && { 'x-amz-content-sha256': payload }),
  };
  const names = Object.keys(headers).sort();
  const scope = { date: timestamp.slice(0, 8), region: 'us-east-1', service };
  const signable = { ...request, headers: new Map(Object.entries(headers)) };
  const canonical = canonicalRequest(signable, names, payload, canonicalPaths(signable, service)[0] ?? '');
  const key = signingKey(signing.secret ?? CREDENTIALS.secretAccessKey, scope);
  const signature = sign(key, stringToSign(canonical, timestamp, scope));
  const credential = `${signing.accessKeyId ?? CREDENTIALS.accessKeyId}/${scopeText(scope)}`;
  const authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  return { ...headers, authorization };
}

export function signedFetch(url: string, signing: Signing = {}): Promise<Response> {
  const { method = 'GET', body } = signing;
  return fetch(url, { method, headers: signedHeaders(url, signing), ...(body !== undefined && { body }) });
}

/** A signed URL; `more` are further parameters, signed as well. */
export function signedUrl(
  url: string,
  {
    method = 'GET',
    at = Date.now(),
    expires = 60,
  }: { method?: string; at?: number; expires?: number | string },
  more: Readonly<Record<string, string>> = {},
): string {
  const timestamp = new Date(at).toISOString().replace(/[-:]|\.\d+/g, '');
  const scope = { date: timestamp.slice(0, 8), region: 'us-east-1', service: 's3' };
  const parameters = {
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `${CREDENTIALS.accessKeyId}/${scopeText(scope)}`,
    'X-Amz-Date': timestamp,
    'X-Amz-Expires': String(expires),
    'X-Amz-SignedHeaders': 'host',
    ...more,
  };
  const query = Object.entries(parameters)
    .map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`)
    .join('&');
  const { host, request } = target(`${url}?${query}`, method);
  const signable = { ...request, headers: new Map([['host', host]]) };
  const canonical = canonicalRequest(signable, ['host'], 'UNSIGNED-PAYLOAD', request.rawPath);
  const key = signingKey(CREDENTIALS.secretAccessKey, scope);
  return `${url}?${query}&X-Amz-Signature=${sign(key, stringToSign(canonical, timestamp, scope))}`;
}

function target(url: string, method: string) {
  const { host, pathname, search } = new URL(url);
  const request = {
    method,
    rawPath: pathname,
    path: decodeURIComponent(pathname),
    query: readQuery(search.slice(1)),
  };
  return { host, request };
}
