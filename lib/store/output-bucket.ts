import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  type GetObjectCommandOutput,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { KEPT_ON_DEMAND } from '../config.ts';
import { keyBytes, MAX_KEY_BYTES } from '../pipeline/name.ts';
import { ON_DEMAND } from '../pipeline/plan.ts';
import { fromMetadata, type Provenance, toMetadata } from './provenance.ts';
import { bodyOf, isChanged, orUndefined } from './s3.ts';

/** An object in the output bucket. `provenance` is undefined for one that Darkroom did not write. */
export interface StandingOutput {
  readonly key: string;
  readonly etag: string;
  readonly bytes: number;
  readonly contentType: string;
  readonly lastModified: Date;
  readonly provenance: Provenance | undefined;
}

export type TakenOutput = StandingOutput & { readonly body: Buffer | undefined };

export interface NewOutput {
  readonly key: string;
  readonly body: Buffer;
  readonly contentType: string;
  readonly provenance: Provenance;
}

export interface KeyPage {
  readonly keys: readonly string[];
  readonly next: string | undefined;
}

export interface OutputBucket {
  readonly name: string;
  head(key: string): Promise<StandingOutput | undefined>;
  /** Writes over what was read before, or over nothing: false when something else stands there by now, and nothing was written. */
  write(output: NewOutput, over: StandingOutput | undefined): Promise<boolean>;
  /** Removes an object that is still what was read; one that changed since is left alone. */
  remove(output: StandingOutput): Promise<void>;
  /** What lies directly in a folder: keys, and folders as prefixes that end in `/`. */
  list(folder: string): AsyncIterable<string>;
  /** All keys in UTF-8 byte order, up to 1,000 of them behind one: `next` is the last, undefined when nothing is left. */
  page(prefix: string, after: string | undefined): Promise<KeyPage>;
  /** An object with its bytes in one call; without them where there are more than `maxBytes`. */
  take(key: string, maxBytes: number): Promise<TakenOutput | undefined>;
  /** Bytes of an object that is still what was read, or of a part of it by an HTTP Range header. */
  read(output: Pick<StandingOutput, 'key' | 'etag'>, range?: string): Promise<Buffer | undefined>;
  /** A GET URL that needs no credentials, for `seconds`. */
  signedUrl(
    key: string,
    seconds: number,
    headers?: { readonly contentDisposition?: string },
  ): Promise<string>;
  /** Throws when the bucket cannot be reached. */
  check(): Promise<void>;
}

export function outputBucket(s3: S3Client, name: string): OutputBucket {
  return {
    name,
    async head(key) {
      if (keyBytes(key) > MAX_KEY_BYTES) return undefined;
      const head = await orUndefined(s3.send(new HeadObjectCommand({ Bucket: name, Key: key })));
      if (head === undefined) return undefined;
      return toStanding(key, head);
    },
    async write({ key, body, contentType, provenance }, over) {
      const put = new PutObjectCommand({
        Bucket: name,
        Key: key,
        Body: body,
        ContentType: contentType,
        Metadata: toMetadata(provenance),
        ...(provenance.pipeline === ON_DEMAND && { Tagging: String(new URLSearchParams(KEPT_ON_DEMAND)) }),
        ChecksumSHA256: Buffer.from(provenance.sha256, 'hex').toString('base64'),
        ...(over === undefined ? { IfNoneMatch: '*' } : { IfMatch: over.etag }),
      });
      return succeeds(s3.send(put));
    },
    async remove({ key, etag }) {
      await succeeds(s3.send(new DeleteObjectCommand({ Bucket: name, Key: key, IfMatch: etag })));
    },
    async *list(folder) {
      if (keyBytes(folder) > MAX_KEY_BYTES) return;
      let token: string | undefined;
      do {
        const list = { Bucket: name, Prefix: folder, Delimiter: '/', ContinuationToken: token };
        const page = await s3.send(new ListObjectsV2Command(list));
        for (const { Key } of page.Contents ?? []) if (Key !== undefined) yield Key;
        for (const { Prefix } of page.CommonPrefixes ?? []) if (Prefix !== undefined) yield Prefix;
        token = page.NextContinuationToken;
      } while (token !== undefined);
    },
    async page(prefix, after) {
      const list = { Bucket: name, Prefix: prefix, StartAfter: after };
      const { Contents = [], IsTruncated } = await s3.send(new ListObjectsV2Command(list));
      const keys = Contents.flatMap(({ Key }) => (Key === undefined ? [] : [Key]));
      return { keys, next: IsTruncated ? keys.at(-1) : undefined };
    },
    async take(key, maxBytes) {
      if (keyBytes(key) > MAX_KEY_BYTES) return undefined;
      const answer = await orUndefined(s3.send(new GetObjectCommand({ Bucket: name, Key: key })));
      if (answer?.Body === undefined) return undefined;
      const standing = toStanding(key, answer);
      if (standing.bytes <= maxBytes) return { ...standing, body: await bodyOf(answer) };
      if (answer.Body instanceof Readable) answer.Body.destroy();
      return { ...standing, body: undefined };
    },
    async read({ key, etag }, range) {
      try {
        const get = new GetObjectCommand({ Bucket: name, Key: key, Range: range, IfMatch: etag });
        return await bodyOf(await s3.send(get));
      } catch (error) {
        if (isChanged(error)) return undefined;
        throw error;
      }
    },
    async signedUrl(key, seconds, { contentDisposition } = {}) {
      const get = new GetObjectCommand({
        Bucket: name,
        Key: key,
        ResponseContentDisposition: contentDisposition,
      });
      return getSignedUrl(s3, get, { expiresIn: seconds });
    },
    async check() {
      await s3.send(new HeadBucketCommand({ Bucket: name }));
    },
  };
}

type Told = Pick<
  GetObjectCommandOutput,
  'ETag' | 'ContentLength' | 'ContentType' | 'LastModified' | 'Metadata'
>;

function toStanding(key: string, told: Told): StandingOutput {
  return {
    key,
    etag: told.ETag ?? '',
    bytes: told.ContentLength ?? 0,
    contentType: told.ContentType ?? 'application/octet-stream',
    lastModified: told.LastModified ?? new Date(0),
    provenance: fromMetadata(told.Metadata),
  };
}

/** False when the condition did not hold; any other failure is thrown. */
async function succeeds(request: Promise<unknown>): Promise<boolean> {
  try {
    await request;
    return true;
  } catch (error) {
    if (isChanged(error)) return false;
    throw error;
  }
}
