import { s3Error } from '../s3/errors.ts';
import { CHECKSUM_NAMES, CHECKSUMS, type ChecksumName, checksumHeader, isChecksumName } from './checksum.ts';

/** What a request says about its body. */
export interface Claims {
  readonly chunked: boolean;
  readonly size: number | undefined;
  readonly sha256: string | undefined;
  readonly md5: Buffer | undefined;
  readonly algorithms: readonly ChecksumName[];
  readonly trailers: readonly string[];
  /** Grows by those in the trailer. */
  readonly checksums: Map<ChecksumName, string>;
}

/** Throws what S3 says of headers that cannot be. */
export function readClaims(headers: ReadonlyMap<string, string>): Claims {
  const payload = headers.get('x-amz-content-sha256') ?? 'UNSIGNED-PAYLOAD';
  const chunked = payload.startsWith('STREAMING-');
  const size = headers.get(chunked ? 'x-amz-decoded-content-length' : 'content-length');
  if (chunked && !/^\d{1,15}$/.test(size ?? '')) throw s3Error('MissingContentLength');
  const md5 = headers.get('content-md5');
  if (md5 !== undefined && !/^[A-Za-z0-9+/]{22}==$/.test(md5)) throw s3Error('InvalidDigest');
  const trailers = (headers.get('x-amz-trailer') ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim());
  const inTrailers = CHECKSUM_NAMES.filter((name) => trailers.includes(checksumHeader(name)));
  const algorithm = (headers.get('x-amz-sdk-checksum-algorithm') ?? '').toUpperCase();
  const inHeaders = CHECKSUM_NAMES.flatMap((name) => {
    const value = headers.get(checksumHeader(name));
    return value === undefined ? [] : [[name, checkForm(name, value)] as const];
  });
  if (inHeaders.length + inTrailers.length > 1) {
    throw s3Error(
      'InvalidRequest',
      'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    );
  }
  return {
    chunked,
    size: size === undefined ? undefined : Number(size),
    sha256: /^[0-9a-f]{64}$/.test(payload) ? payload : undefined,
    md5: md5 === undefined ? undefined : Buffer.from(md5, 'base64'),
    algorithms: isChecksumName(algorithm) ? [...inTrailers, algorithm] : inTrailers,
    trailers: trailers.filter((name) => name !== ''),
    checksums: new Map(inHeaders),
  };
}

/** A checksum as it was given, if it can be one. */
export function checkForm(name: ChecksumName, value: string): string {
  const bytes = Buffer.from(value, 'base64');
  if (bytes.length === CHECKSUMS[name].bytes && bytes.toString('base64') === value) return value;
  throw s3Error('InvalidRequest', `Value for ${checksumHeader(name)} header is invalid.`);
}
