import type { Database } from '../store/database.ts';
import type { S3Context } from './call.ts';
import { contentsOf } from './pieces.ts';
import { findBucket, findVersion, type Version } from './versions.ts';

export type NewVersion = Pick<
  Version,
  'bucket' | 'key' | 'marker' | 'content' | 'size' | 'etag' | 'attributes'
>;

/**
 * Within a transaction: makes this the newest version, beside the others in a versioned bucket, in place of the null version in any
 * other.
 */
export function addVersion(s3: S3Context, version: NewVersion): Version {
  const { db, now, newId } = s3;
  const { bucket, key, marker, content, size, etag, attributes } = version;
  const isVersioned = findBucket(db, bucket).versioning === 'Enabled';
  const versionId = isVersioned ? newId() : 'null';
  if (!isVersioned) dropRow(s3, findVersion(db, bucket, key, 'null'));
  db.run('UPDATE version SET latest = 0 WHERE bucket = ? AND key = ? AND latest = 1', bucket, key);
  const seq = nextSeq(db);
  const modifiedMs = now();
  db.run(
    'INSERT INTO version VALUES (?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?)',
    seq,
    bucket,
    key,
    versionId,
    marker ? 1 : 0,
    content ?? null,
    size,
    etag,
    modifiedMs,
    JSON.stringify(attributes),
  );
  return { ...version, seq, versionId, latest: true, modifiedMs };
}

/** Within a transaction: removes this version; the one before it becomes the newest. */
export function removeVersion(s3: S3Context, version: Version): void {
  dropRow(s3, version);
  s3.db.run(
    `UPDATE version SET latest = 1 WHERE seq =
      (SELECT seq FROM version WHERE bucket = ? AND key = ? ORDER BY seq DESC LIMIT 1)`,
    version.bucket,
    version.key,
  );
}

export function nextSeq(db: Database): number {
  const row = db.one<{ value: number }>('UPDATE sequence SET value = value + 1 RETURNING value');
  if (row) return row.value;
  throw new Error('The store has lost its sequence');
}

function dropRow({ db, contents }: S3Context, version: Version | undefined): void {
  if (version === undefined) return;
  for (const content of contentsOf(db, version)) contents.discard(content);
  db.run('DELETE FROM version WHERE seq = ?', version.seq);
}
