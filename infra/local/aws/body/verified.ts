import { s3Error } from '../s3/errors.ts';
import { type ChunkSigner, decodeAwsChunked } from './aws-chunked.ts';
import { CHECKSUM_NAMES, type ChecksumName, checksumHeader } from './checksum.ts';
import { type Claims, checkForm, readClaims } from './claims.ts';
import { type Digests, openSums } from './sums.ts';

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
  const said = readClaims(source.headers);
  const asked = [...wanted, ...said.algorithms, ...said.checksums.keys()];
  const names = new Set(asked.length > 0 ? asked : DEFAULT_CHECKSUMS);
  let digest: BodyDigest | undefined;

  async function* content(): AsyncGenerator<Buffer> {
    const sums = openSums(
      new Set([...names, 'MD5', ...(said.sha256 ? (['SHA256'] as const) : [])]),
      said.size,
    );
    try {
      let size = 0;
      for await (const piece of decoded(source, said)) {
        size += piece.length;
        if (size > maxBytes) throw s3Error('EntityTooLarge');
        const summing = sums.update(piece);
        if (summing) await summing;
        yield piece;
      }
      if (said.size !== undefined && said.size !== size) throw s3Error('IncompleteBody');
      if (size < minBytes) throw s3Error('EntityTooSmall');
      const digests = await sums.digests();
      digest = asBodyDigest(size, names, digests);
      checkDigests(said, digests);
    } finally {
      sums.close();
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

/** @param names of the checksums among the digests */
export function asBodyDigest(size: number, names: Iterable<ChecksumName>, digests: Digests): BodyDigest {
  const bytesOf = (name: ChecksumName | 'MD5'): Buffer => digests.get(name) ?? Buffer.alloc(0);
  const checksums = new Map([...names].map((name) => [name, bytesOf(name).toString('base64')]));
  return { size, md5: bytesOf('MD5'), checksums };
}

function checkDigests(said: Claims, digests: Digests): void {
  if (said.sha256 !== undefined && digests.get('SHA256')?.toString('hex') !== said.sha256) {
    throw s3Error('XAmzContentSHA256Mismatch');
  }
  if (said.md5 !== undefined && digests.get('MD5')?.equals(said.md5) !== true) throw s3Error('BadDigest');
  for (const [name, value] of said.checksums) {
    if (digests.get(name)?.toString('base64') !== value) {
      throw s3Error('BadDigest', `The ${name} you specified did not match the calculated checksum.`);
    }
  }
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
