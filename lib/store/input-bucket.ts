import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { SourceVersion } from '../pipeline/log-row.ts';
import { keyBytes, MAX_KEY_BYTES } from '../pipeline/name.ts';
import { bodyOf, isChanged, isInvalid, orUndefined } from './s3.ts';

/** The version that a key has now. The input bucket is the truth about it, and S3 is strongly consistent. */
export interface CurrentVersion {
  readonly versionId: string;
  readonly etag: string;
  readonly bytes: number;
  readonly lastModified: Date;
  /** What it carries to say who uploaded it: anybody's text until the table has confirmed it. */
  readonly ticket?: string | undefined;
}

/** The name under which an object carries its ticket as user metadata. */
export const TICKET = 'ticket';

export interface NewUpload {
  readonly bytes: Buffer;
  readonly contentType: string;
  readonly ticket: string;
}

export type StoredUpload = Pick<CurrentVersion, 'versionId' | 'etag'>;

export interface InputBucket {
  readonly name: string;
  /** Undefined when the key has no object, or a delete marker on top. */
  current(key: string): Promise<CurrentVersion | undefined>;
  /** One version by its id, current or not; undefined when there is none, or it is a delete marker. */
  version(key: string, versionId: string): Promise<CurrentVersion | undefined>;
  /**
   * The bytes of one version, whole or no more than the first `maxBytes`; undefined when it is gone. A body that was cut short is an Error,
   * to be tried again.
   */
  read(version: Pick<SourceVersion, 'key' | 'versionId'>, maxBytes?: number): Promise<Buffer | undefined>;
  put(key: string, upload: NewUpload): Promise<StoredUpload>;
  /** Puts over what was read before, or over nothing: undefined when something else stands there by now, and nothing was put. */
  replace(
    key: string,
    upload: NewUpload,
    over: Pick<CurrentVersion, 'etag'> | undefined,
  ): Promise<StoredUpload | undefined>;
  /** Puts a delete marker on a key that still has this ETag. Returns the marker's version id; undefined where it left another one alone. */
  remove(key: string, etag: string): Promise<string | undefined>;
  /** Keys that begin with a prefix, at most `limit`, in UTF-8 byte order. */
  keys(prefix: string, limit: number): Promise<readonly string[]>;
  /** What the bucket's own clock says, by which it tells when things came: to the second, as HTTP has it. */
  time(): Promise<Date>;
  /** Throws when the bucket cannot be reached. */
  check(): Promise<void>;
}

export function inputBucket(s3: S3Client, name: string): InputBucket {
  async function head(Key: string, VersionId?: string): Promise<CurrentVersion | undefined> {
    if (keyBytes(Key) > MAX_KEY_BYTES) return undefined;
    const found = await orUndefined(s3.send(new HeadObjectCommand({ Bucket: name, Key, VersionId })));
    if (found === undefined) return undefined;
    return {
      versionId: found.VersionId ?? 'null',
      etag: found.ETag ?? '',
      bytes: found.ContentLength ?? 0,
      lastModified: found.LastModified ?? new Date(0),
      ticket: found.Metadata?.[TICKET],
    };
  }

  async function put(
    Key: string,
    { bytes, contentType, ticket }: NewUpload,
    condition: { readonly IfMatch?: string; readonly IfNoneMatch?: '*' } = {},
  ): Promise<StoredUpload> {
    const Metadata = { [TICKET]: ticket };
    const upload = { Bucket: name, Key, Body: bytes, ContentType: contentType, Metadata, ...condition };
    const { VersionId, ETag } = await s3.send(new PutObjectCommand(upload));
    return { versionId: VersionId ?? 'null', etag: ETag ?? '' };
  }

  return {
    name,
    current: (key) => head(key),
    async version(key, versionId) {
      try {
        return await head(key, versionId);
      } catch (error) {
        if (isInvalid(error)) return undefined;
        throw error;
      }
    },
    async read({ key, versionId }, maxBytes) {
      const get = new GetObjectCommand({
        Bucket: name,
        Key: key,
        VersionId: versionId,
        ...(maxBytes === undefined ? { ChecksumMode: 'ENABLED' } : { Range: `bytes=0-${maxBytes - 1}` }),
      });
      const answer = await orUndefined(s3.send(get));
      if (answer?.Body === undefined) return undefined;
      return bodyOf(answer);
    },
    put: (key, upload) => put(key, upload),
    async replace(key, upload, over) {
      try {
        return await put(key, upload, over === undefined ? { IfNoneMatch: '*' } : { IfMatch: over.etag });
      } catch (error) {
        if (!isChanged(error)) throw error;
        // It may be this very upload, whose first answer was lost on the way.
        const standing = await head(key);
        return standing?.ticket === upload.ticket ? standing : undefined;
      }
    },
    async remove(key, etag) {
      try {
        const removal = new DeleteObjectCommand({ Bucket: name, Key: key, IfMatch: etag });
        return (await s3.send(removal)).VersionId ?? 'null';
      } catch (error) {
        if (isChanged(error)) return undefined;
        throw error;
      }
    },
    async keys(prefix, limit) {
      if (keyBytes(prefix) > MAX_KEY_BYTES) return [];
      const list = new ListObjectsV2Command({ Bucket: name, Prefix: prefix, MaxKeys: limit });
      const { Contents } = await s3.send(list);
      return (Contents ?? []).flatMap(({ Key }) => (Key === undefined ? [] : [Key]));
    },
    async time() {
      const head = new HeadBucketCommand({ Bucket: name });
      let date: string | undefined;
      head.middlewareStack.add(
        (next) => async (args) => {
          const answer = await next(args);
          date = (answer.response as { headers?: Record<string, string> }).headers?.date;
          return answer;
        },
        { step: 'deserialize' },
      );
      // With options of its own, or the client may send it through the middleware of the one before.
      await s3.send(head, {});
      if (date !== undefined && !Number.isNaN(Date.parse(date))) return new Date(date);
      throw new Error(`${name} does not say what time it is`);
    },
    async check() {
      await s3.send(new HeadBucketCommand({ Bucket: name }));
    },
  };
}
