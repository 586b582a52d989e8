import type { Checksum } from '../body/checksum.ts';
import type { Database } from '../store/database.ts';
import { s3Error } from './errors.ts';

/** A version of an object, or a delete marker in its place. */
export interface Version {
  /** Grows with each change of the store. */
  readonly seq: number;
  readonly bucket: string;
  readonly key: string;
  /** `null` where the bucket was not versioned when it came. */
  readonly versionId: string;
  readonly latest: boolean;
  readonly marker: boolean;
  /** Undefined for a delete marker, and for an object that lies in pieces. */
  readonly content: string | undefined;
  readonly size: number;
  /** Without quotes. */
  readonly etag: string;
  readonly modifiedMs: number;
  readonly attributes: Attributes;
}

export interface Attributes {
  /** content-type and its like, by lower-case name, as they came. */
  readonly headers: Readonly<Record<string, string>>;
  /** User metadata without `x-amz-meta-`. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
  readonly checksum?: Checksum;
  /** Id of the multipart upload that it came from. */
  readonly upload?: string;
}

export interface Bucket {
  readonly name: string;
  readonly createdMs: number;
  /** Empty where it was never versioned. */
  readonly versioning: '' | 'Enabled' | 'Suspended';
}

/** Throws NoSuchBucket. */
export function findBucket(db: Database, name: string): Bucket {
  const sql = 'SELECT name, created_ms AS createdMs, versioning FROM bucket WHERE name = ?';
  const bucket = db.one<Bucket>(sql, name);
  if (bucket) return bucket;
  throw s3Error('NoSuchBucket', undefined, { detail: { BucketName: name } });
}

export interface VersionRow {
  readonly seq: number;
  readonly bucket: string;
  readonly key: string;
  readonly version_id: string;
  readonly latest: number;
  readonly marker: number;
  readonly content: string | null;
  readonly size: number;
  readonly etag: string;
  readonly modified_ms: number;
  readonly attributes: string;
}

export function asVersion(row: VersionRow): Version {
  return {
    seq: row.seq,
    bucket: row.bucket,
    key: row.key,
    versionId: row.version_id,
    latest: row.latest === 1,
    marker: row.marker === 1,
    content: row.content ?? undefined,
    size: row.size,
    etag: row.etag,
    modifiedMs: row.modified_ms,
    attributes: JSON.parse(row.attributes),
  };
}

/** The newest version, which may be a delete marker; or the one of that id. */
export function findVersion(
  db: Database,
  bucket: string,
  key: string,
  versionId?: string,
): Version | undefined {
  const row =
    versionId === undefined
      ? db.one<VersionRow>('SELECT * FROM version WHERE bucket = ? AND key = ? AND latest = 1', bucket, key)
      : db.one<VersionRow>(
          'SELECT * FROM version WHERE bucket = ? AND key = ? AND version_id = ?',
          bucket,
          key,
          versionId,
        );
  return row && asVersion(row);
}

/** The object itself: undefined also where a delete marker is newest. */
export function findObject(db: Database, bucket: string, key: string): Version | undefined {
  const version = findVersion(db, bucket, key);
  return version?.marker === true ? undefined : version;
}
