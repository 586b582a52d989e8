import { s3Error } from '../s3/errors.ts';
import { ALGORITHM, type Scope, scopeText, sha256, sign } from '../signature/sigv4.ts';
import { sameText } from '../signature/verify.ts';
import { type ByteReader, byteReader } from './byte-reader.ts';
import { hashing } from './checksum.ts';

/** What signs the chunks of a `STREAMING-AWS4-HMAC-SHA256-PAYLOAD[-TRAILER]` body. */
export interface ChunkSigner {
  readonly key: Buffer;
  readonly timestamp: string;
  readonly scope: Scope;
  /** The request's own signature, from which the chain of the chunks' begins. */
  readonly seed: string;
}

export interface ChunkedOptions {
  /** Undefined for `STREAMING-UNSIGNED-PAYLOAD-TRAILER`. */
  readonly signer: ChunkSigner | undefined;
  /** Lower-case names that `x-amz-trailer` announced. */
  readonly trailers: readonly string[];
  /** Told of each trailer once the body is through. */
  readonly onTrailer: (name: string, value: string) => void;
}

const MAX_LINE = 4096;
const EMPTY = sha256('');

/**
 * The content of an `aws-chunked` body. A chunk's bytes are passed on before its signature is known: whoever reads may keep nothing
 * until the last one. Throws IncompleteBody when the body ends early, SignatureDoesNotMatch when a chunk is not what was signed.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 */
export async function* decodeAwsChunked(
  source: AsyncIterable<Buffer>,
  options: ChunkedOptions,
): AsyncGenerator<Buffer> {
  const reader = byteReader(source);
  try {
    const last = yield* decodeChunks(reader, options.signer);
    await readTrailers(reader, options, last);
    if (!(await reader.ended())) throw malformed('bytes follow the last chunk');
  } finally {
    await reader.close();
  }
}

/** Returns the last signature of the chain. */
async function* decodeChunks(
  reader: ByteReader,
  signer: ChunkSigner | undefined,
): AsyncGenerator<Buffer, string> {
  let previous = signer?.seed ?? '';
  for (let length = -1; length !== 0; ) {
    const head = await readHead(reader);
    length = head.length;
    const hash = signer && hashing('sha256');
    let seen = 0;
    for await (const piece of reader.take(length)) {
      hash?.update(piece);
      seen += piece.length;
      yield piece;
    }
    if (seen < length) throw s3Error('IncompleteBody');
    if (length > 0 && (await reader.line(1)) !== '') throw malformed('a chunk is longer than it said');
    if (signer && hash) {
      const hashes = [EMPTY, hash.digest().toString('hex')];
      previous = checkLink(signer, `${ALGORITHM}-PAYLOAD`, previous, hashes, head.signature);
    }
  }
  return previous;
}

async function readHead(reader: ByteReader): Promise<{ length: number; signature: string | undefined }> {
  const line = await reader.line(MAX_LINE);
  if (line === undefined) throw s3Error('IncompleteBody');
  const match = /^([0-9a-f]{1,12})(?:;chunk-signature=([0-9a-f]{64}))?$/i.exec(line);
  if (match === null) throw malformed('a chunk has no valid header');
  return { length: Number.parseInt(match[1] ?? '', 16), signature: match[2] };
}

async function readTrailers(reader: ByteReader, options: ChunkedOptions, previous: string): Promise<void> {
  const trailers = new Map<string, string>();
  for (
    let line = await reader.line(MAX_LINE);
    line !== undefined && line !== '';
    line = await reader.line(MAX_LINE)
  ) {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(colon, 0)).trim().toLowerCase();
    if (name !== SIGNATURE && !options.trailers.includes(name))
      throw malformed(`trailer ${name} was not announced`);
    if (trailers.has(name)) throw malformed(`trailer ${name} comes twice`);
    trailers.set(name, line.slice(colon + 1).trim());
  }
  const signature = trailers.get(SIGNATURE);
  trailers.delete(SIGNATURE);
  const missing = options.trailers.filter((name) => !trailers.has(name));
  if (missing.length > 0) throw malformed(`trailer ${missing.join(', ')} is missing`);
  if (options.signer && trailers.size > 0) {
    const text = [...trailers].map(([name, value]) => `${name}:${value}\n`).join('');
    checkLink(options.signer, `${ALGORITHM}-TRAILER`, previous, [sha256(text)], signature);
  }
  for (const [name, value] of trailers) options.onTrailer(name, value);
}

const SIGNATURE = 'x-amz-trailer-signature';

/** Each chunk's signature covers that of the chunk before. Returns the one that was expected, and given. */
function checkLink(
  { key, timestamp, scope }: ChunkSigner,
  kind: string,
  previous: string,
  hashes: readonly string[],
  given: string | undefined,
): string {
  const expected = sign(key, [kind, timestamp, scopeText(scope), previous, ...hashes].join('\n'));
  if (given === undefined || !sameText(given, expected)) throw s3Error('SignatureDoesNotMatch');
  return expected;
}

function malformed(what: string): Error {
  return s3Error('InvalidRequest', `The aws-chunked body is malformed: ${what}`);
}
