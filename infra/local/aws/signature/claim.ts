import type { AwsRequest } from '../request.ts';
import { s3Error } from '../s3/errors.ts';
import { ALGORITHM, type Scope } from './sigv4.ts';

/** What a request says about its signature; nothing of it is checked yet. */
export interface Claim {
  readonly by: 'header' | 'query';
  readonly accessKeyId: string;
  readonly scope: Scope;
  /** `YYYYMMDDTHHMMSSZ` */
  readonly timestamp: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** Seconds that a signed URL holds. */
  readonly expires?: number;
}

const MAX_EXPIRES_SECONDS = 604_800;

/**
 * The signature of a request, or undefined when it bears none. A signed URL wins over an Authorization header of another scheme, which
 * browsers and `curl --netrc` add on their own; two AWS signatures are refused.
 */
export function readClaim(request: AwsRequest): Claim | undefined {
  const header = request.headers.get('authorization') ?? '';
  const inHeader = header.startsWith('AWS');
  const inQuery = request.query.has('X-Amz-Algorithm');
  if (inHeader && inQuery) throw s3Error('InvalidArgument', 'Only one auth mechanism allowed');
  if (inQuery) return fromQuery(request);
  if (request.query.has('AWSAccessKeyId') && request.query.has('Signature')) throw oldScheme();
  return inHeader ? fromHeader(request, header) : undefined;
}

const CLAIM_FIELDS = ['Credential', 'SignedHeaders', 'Signature'];

function fromHeader(request: AwsRequest, header: string): Claim {
  const [scheme, rest = ''] = split(header.trim(), ' ');
  if (scheme !== ALGORITHM) throw oldScheme();
  const fields = new Map(rest.split(',').map((field) => split(field.trim(), '=')));
  const [credential, signedHeaders, signature] = CLAIM_FIELDS.map((name) => fields.get(name));
  // A second header has been joined to the first by a comma: which of them counts, nobody shall have to guess.
  const isOne = rest.split(',').length === CLAIM_FIELDS.length;
  if (!credential || !signedHeaders || !signature || !isOne) throw s3Error('AuthorizationHeaderMalformed');
  const timestamp = request.headers.get('x-amz-date') ?? isoBasic(request.headers.get('date'));
  if (!isTimestamp(timestamp)) {
    throw s3Error('AccessDenied', 'AWS authentication requires a valid Date or x-amz-date header');
  }
  const { accessKeyId, scope } = readCredential(credential, timestamp) ?? malformedHeader();
  return { by: 'header', accessKeyId, scope, timestamp, signature, signedHeaders: signedHeaders.split(';') };
}

/** Version 2 of the signatures is older than all regions since 2014, which never took it. */
export function oldScheme(): Error {
  return s3Error(
    'InvalidRequest',
    `The authorization mechanism you have provided is not supported. Please use ${ALGORITHM}.`,
  );
}

function fromQuery({ query }: AwsRequest): Claim {
  const field = (name: string): string => {
    const value = query.get(`X-Amz-${name}`);
    if (value) return value;
    throw s3Error('AuthorizationQueryParametersError', `Query-string authentication requires X-Amz-${name}`);
  };
  if (field('Algorithm') !== ALGORITHM) {
    throw s3Error('AuthorizationQueryParametersError', `X-Amz-Algorithm only supports "${ALGORITHM}"`);
  }
  const timestamp = field('Date');
  const expires = /^\d{1,7}$/.test(field('Expires')) ? Number(field('Expires')) : 0;
  const credential = isTimestamp(timestamp) ? readCredential(field('Credential'), timestamp) : undefined;
  if (credential === undefined || expires < 1 || expires > MAX_EXPIRES_SECONDS) {
    throw s3Error(
      'AuthorizationQueryParametersError',
      `X-Amz-Date, X-Amz-Credential and X-Amz-Expires (1 to ${MAX_EXPIRES_SECONDS}) must be valid and of one date`,
    );
  }
  const signedHeaders = field('SignedHeaders').split(';');
  return { by: 'query', ...credential, timestamp, expires, signature: field('Signature'), signedHeaders };
}

/** Key and scope of a credential, if they are well-formed and of the timestamp's day. Only the key may hold `/`. */
export function readCredential(
  text: string,
  timestamp: string,
): { accessKeyId: string; scope: Scope } | undefined {
  const match = /^(.+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request$/.exec(text);
  if (match === null) return undefined;
  const [, accessKeyId = '', date = '', region = '', service = ''] = match;
  return timestamp.startsWith(date) ? { accessKeyId, scope: { date, region, service } } : undefined;
}

function malformedHeader(): never {
  throw s3Error('AuthorizationHeaderMalformed');
}

function isTimestamp(text: string | undefined): text is string {
  return text !== undefined && /^\d{8}T\d{6}Z$/.test(text);
}

function isoBasic(date: string | undefined): string | undefined {
  const time = Date.parse(date ?? '');
  return Number.isNaN(time) ? undefined : `${new Date(time).toISOString().replace(/[-:]|\.\d+/g, '')}`;
}

function split(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}
