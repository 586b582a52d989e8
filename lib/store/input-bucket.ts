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
}

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
  put(key: string, bytes: Buffer, contentType: string): Promise<{ readonly versionId: string }>;
  /** Puts a delete marker on a key that still has this ETag, and leaves any other alone. */
  remove(key: string, etag: string): Promise<void>;
  /** Keys that begin with a prefix, at most `limit`, in UTF-8 byte order. */
  keys(prefix: string, limit: number): Promise<readonly string[]>;
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
    };
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
    async put(key, bytes, contentType) {
      const put = new PutObjectCommand({ Bucket: name, Key: key, Body: bytes, ContentType: contentType });
      const { VersionId } = await s3.send(put);
      return { versionId: VersionId ?? 'null' };
    },
    async remove(key, etag) {
      try {
        await s3.send(new DeleteObjectCommand({ Bucket: name, Key: key, IfMatch: etag }));
      } catch (error) {
        if (!isChanged(error)) throw error;
      }
    },
    async keys(prefix, limit) {
      if (keyBytes(prefix) > MAX_KEY_BYTES) return [];
      const list = new ListObjectsV2Command({ Bucket: name, Prefix: prefix, MaxKeys: limit });
      const { Contents } = await s3.send(list);
      return (Contents ?? []).flatMap(({ Key }) => (Key === undefined ? [] : [Key]));
    },
    async check() {
      await s3.send(new HeadBucketCommand({ Bucket: name }));
    },
  };
}
