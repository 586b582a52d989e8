import { timingSafeEqual } from 'node:crypto';
import type { AwsRequest } from '../request.ts';
import { s3Error } from '../s3/errors.ts';
import type { Claim } from './claim.ts';
import {
  canonicalPaths,
  canonicalRequest,
  type Scope,
  scopeText,
  sign,
  signingKey,
  stringToSign,
} from './sigv4.ts';

const MAX_SKEW_MS = 15 * 60_000;

/**
 * Checks time and signature of a request; throws what S3 answers. Returns the key that signs its chunks.
 * @param payload what stands for the body in the signature: its hash in hex, or one of S3's words for a body signed otherwise
 */
export function verifySignature(
  request: AwsRequest,
  claim: Claim,
  secret: string,
  { payload, now }: { readonly payload: string; readonly now: number },
): Buffer {
  checkSignedHeaders(request, claim);
  const key = keyOfDay(secret, claim.scope);
  const matches = canonicalPaths(request, claim.scope.service).some((path) => {
    const canonical = canonicalRequest(request, claim.signedHeaders, payload, path);
    return sameText(claim.signature, sign(key, stringToSign(canonical, claim.timestamp, claim.scope)));
  });
  if (!matches) throw s3Error('SignatureDoesNotMatch');
  checkTime(claim, now);
  return key;
}

/** Keys that were derived before: a client signs a whole day with one, and its derivation costs more than all else here. */
const KNOWN_KEYS = new Map<string, Buffer>();
const MAX_KNOWN_KEYS = 100;

function keyOfDay(secret: string, scope: Scope): Buffer {
  const name = `${scopeText(scope)}/${secret}`;
  const known = KNOWN_KEYS.get(name);
  if (known !== undefined) return known;
  const key = signingKey(secret, scope);
  if (KNOWN_KEYS.size >= MAX_KNOWN_KEYS) KNOWN_KEYS.clear();
  KNOWN_KEYS.set(name, key);
  return key;
}

/** Each endpoint is of one region. A client that is told learns it, and signs anew. */
export function checkRegion({ by, scope }: Pick<Claim, 'by' | 'scope'>, region: string): void {
  if (scope.region === region) return;
  const wrong = `the region '${scope.region}' is wrong; expecting '${region}'`;
  const detail = { Region: region };
  if (by === 'header')
    throw s3Error('AuthorizationHeaderMalformed', `The authorization header is malformed; ${wrong}`, {
      detail,
    });
  const text = `Error parsing the X-Amz-Credential parameter; ${wrong}`;
  throw s3Error('AuthorizationQueryParametersError', text, { detail });
}

/** Compares in a time that does not tell where two texts part. */
export function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** Host and each x-amz header steer what happens: unsigned ones could be added on the way. */
function checkSignedHeaders(request: AwsRequest, claim: Claim): void {
  const unsigned = [...request.headers.keys()].filter(
    (name) => (name === 'host' || name.startsWith('x-amz-')) && !claim.signedHeaders.includes(name),
  );
  if (unsigned.length === 0) return;
  throw s3Error('AccessDenied', 'There were headers present in the request which were not signed', {
    detail: { HeadersNotSigned: unsigned.join(', ') },
  });
}

function checkTime(claim: Claim, now: number): void {
  const signedAt = Date.parse(
    claim.timestamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'),
  );
  const ageMs = now - signedAt;
  if (claim.expires === undefined) {
    if (Math.abs(ageMs) <= MAX_SKEW_MS) return;
    throw s3Error('RequestTimeTooSkewed', undefined, { detail: { RequestTime: claim.timestamp } });
  }
  if (ageMs < -MAX_SKEW_MS) throw s3Error('AccessDenied', 'Request is not yet valid');
  if (!(ageMs <= claim.expires * 1000)) throw s3Error('AccessDenied', 'Request has expired');
}
