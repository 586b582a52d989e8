import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { keyBytes, MAX_KEY_BYTES } from '../pipeline/name.ts';
import { fromMetadata, type Provenance, toMetadata } from './provenance.ts';
import { isChanged, orUndefined } from './s3.ts';

/** An object in the output bucket. `provenance` is undefined for one that Darkroom did not write. */
export interface StandingOutput {
  readonly key: string;
  readonly etag: string;
  readonly bytes: number;
  readonly contentType: string;
  readonly lastModified: Date;
  readonly provenance: Provenance | undefined;
}

export interface NewOutput {
  readonly key: string;
  readonly body: Buffer;
  readonly contentType: string;
  readonly provenance: Provenance;
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
  /** Bytes of an object, or of a part of it by an HTTP Range header. */
  read(key: string, range?: string): Promise<Buffer | undefined>;
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
      return {
        key,
        etag: head.ETag ?? '',
        bytes: head.ContentLength ?? 0,
        contentType: head.ContentType ?? 'application/octet-stream',
        lastModified: head.LastModified ?? new Date(0),
        provenance: fromMetadata(head.Metadata),
      };
    },
    async write({ key, body, contentType, provenance }, over) {
      const put = new PutObjectCommand({
        Bucket: name,
        Key: key,
        Body: body,
        ContentType: contentType,
        Metadata: toMetadata(provenance),
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
    async read(key, range) {
      const answer = await orUndefined(
        s3.send(new GetObjectCommand({ Bucket: name, Key: key, Range: range })),
      );
      if (answer?.Body === undefined) return undefined;
      return Buffer.from(await answer.Body.transformToByteArray());
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
