import { s3Error } from '../s3/errors.ts';
import { type ChunkSigner, decodeAwsChunked } from './aws-chunked.ts';
import {
  CHECKSUM_NAMES,
  CHECKSUMS,
  type ChecksumName,
  checksumHeader,
  hashing,
  isChecksumName,
  type Running,
} from './checksum.ts';

/** What S3 sums a body with of which the caller tells no checksum. https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html */
export const DEFAULT_CHECKSUMS = ['CRC64NVME'] as const satisfies readonly ChecksumName[];

export interface BodySource {
  readonly headers: ReadonlyMap<string, string>;
  readonly pieces: AsyncIterable<Buffer>;
  /** Undefined where the body is not signed chunk by chunk. */
  readonly signer: ChunkSigner | undefined;
}

export interface BodyDigest {
  readonly size: number;
  readonly md5: Buffer;
  /** Base64: what the caller gave (and was right), and what `wanted` asked for; the default one where nobody said any. */
  readonly checksums: ReadonlyMap<ChecksumName, string>;
}

export interface VerifiedBody {
  /** The content. It ends only when everything that was said about it holds; otherwise it throws. */
  readonly content: AsyncIterable<Buffer>;
  /** Known once `content` has ended. */
  digest(): BodyDigest;
}

export interface BodyLimits {
  /** Checksums to compute, whatever the caller gives. */
  readonly wanted?: readonly ChecksumName[];
  /** @default 0 */
  readonly minBytes?: number;
  readonly maxBytes: number;
}

/** The body of a request, checked against its length, x-amz-content-sha256, Content-MD5 and checksums in headers or trailers. */
export function verifiedBody(
  source: BodySource,
  { wanted = [], minBytes = 0, maxBytes }: BodyLimits,
): VerifiedBody {
  const said = claims(source.headers);
  const asked = [...wanted, ...said.algorithms, ...said.checksums.keys()];
  const names = new Set(asked.length > 0 ? asked : DEFAULT_CHECKSUMS);
  const sums = new Map([...names].map((name) => [name, CHECKSUMS[name].start()]));
  const sha256 = said.sha256 === undefined ? undefined : hashing('sha256');
  const md5 = hashing('md5');
  const running: Running[] = [md5, ...sums.values(), ...(sha256 ? [sha256] : [])];
  let digest: BodyDigest | undefined;

  async function* content(): AsyncGenerator<Buffer> {
    let size = 0;
    for await (const piece of decoded(source, said)) {
      size += piece.length;
      if (size > maxBytes) throw s3Error('EntityTooLarge');
      for (const sum of running) sum.update(piece);
      yield piece;
    }
    if (said.size !== undefined && said.size !== size) throw s3Error('IncompleteBody');
    if (size < minBytes) throw s3Error('EntityTooSmall');
    if (sha256 && sha256.digest().toString('hex') !== said.sha256) throw s3Error('XAmzContentSHA256Mismatch');
    const checksums = new Map([...sums].map(([name, sum]) => [name, sum.digest().toString('base64')]));
    digest = { size, md5: md5.digest(), checksums };
    if (said.md5 !== undefined && !said.md5.equals(digest.md5)) throw s3Error('BadDigest');
    for (const [name, value] of said.checksums) {
      if (checksums.get(name) !== value) {
        throw s3Error('BadDigest', `The ${name} you specified did not match the calculated checksum.`);
      }
    }
  }
  return {
    content: content(),
    digest() {
      if (digest === undefined) throw new Error('The digest of a body is asked for before its end');
      return digest;
    },
  };
}

interface Claims {
  readonly chunked: boolean;
  readonly size: number | undefined;
  readonly sha256: string | undefined;
  readonly md5: Buffer | undefined;
  readonly algorithms: readonly ChecksumName[];
  readonly trailers: readonly string[];
  /** Grows by those in the trailer. */
  readonly checksums: Map<ChecksumName, string>;
}

function claims(headers: ReadonlyMap<string, string>): Claims {
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

function checkForm(name: ChecksumName, value: string): string {
  const bytes = Buffer.from(value, 'base64');
  if (bytes.length === CHECKSUMS[name].bytes && bytes.toString('base64') === value) return value;
  throw s3Error('InvalidRequest', `Value for ${checksumHeader(name)} header is invalid.`);
}

function decoded({ pieces, signer }: BodySource, said: Claims): AsyncIterable<Buffer> {
  if (!said.chunked) return pieces;
  return decodeAwsChunked(pieces, {
    signer,
    trailers: said.trailers,
    onTrailer(name, value) {
      const checksum = CHECKSUM_NAMES.find((other) => checksumHeader(other) === name);
      if (checksum !== undefined) said.checksums.set(checksum, checkForm(checksum, value));
    },
  });
}
