import { createHmac, hash } from 'node:crypto';
import type { AwsRequest } from '../request.ts';
import { percentEncode, percentEncodePath } from './percent.ts';

/**
 * AWS Signature Version 4, the pure part.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export const ALGORITHM = 'AWS4-HMAC-SHA256';

export interface Scope {
  /** `YYYYMMDD` */
  readonly date: string;
  readonly region: string;
  readonly service: string;
}

export type Signable = Pick<AwsRequest, 'method' | 'rawPath' | 'path' | 'query' | 'headers'>;

/** The canonical request, as latin1 text: header values keep the bytes that were sent. */
export function canonicalRequest(
  request: Signable,
  signedHeaders: readonly string[],
  payload: string,
  path: string,
): string {
  const query = request.query.entries
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => [percentEncode(name), percentEncode(value)] as const)
    .sort(([a, x], [b, y]) => byCodePoint(a, b) || byCodePoint(x, y))
    .map((pair) => pair.join('='));
  const headers = signedHeaders.map(
    (name) => `${name}:${(request.headers.get(name) ?? '').trim().replace(/ +/g, ' ')}\n`,
  );
  return [request.method, path, query.join('&'), headers.join(''), signedHeaders.join(';'), payload].join(
    '\n',
  );
}

/**
 * The paths that a client may have signed: S3 encodes the key once, other services encode what was sent once more. A client of S3 that
 * leaves other signs bare (or encodes more) signs what it sent, which names the same object.
 */
export function canonicalPaths(request: Signable, service: string): readonly string[] {
  if (service !== 's3') return [percentEncodePath(request.rawPath)];
  return [...new Set([percentEncodePath(request.path), request.rawPath])];
}

/** @param timestamp `YYYYMMDDTHHMMSSZ` */
export function stringToSign(canonical: string, timestamp: string, scope: Scope): string {
  return [ALGORITHM, timestamp, scopeText(scope), sha256(canonical)].join('\n');
}

export function signingKey(secret: string, { date, region, service }: Scope): Buffer {
  return [date, region, service, 'aws4_request'].reduce(
    (key, part) => createHmac('sha256', key).update(part).digest(),
    Buffer.from(`AWS4${secret}`),
  );
}

export function sign(key: Buffer, text: string): string {
  return createHmac('sha256', key).update(text, 'latin1').digest('hex');
}

export function scopeText({ date, region, service }: Scope): string {
  return `${date}/${region}/${service}/aws4_request`;
}

/** Hex SHA-256; text counts as latin1. */
export function sha256(data: string | Buffer): string {
  return hash('sha256', typeof data === 'string' ? Buffer.from(data, 'latin1') : data, 'hex');
}

function byCodePoint(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
