import type { ChecksumName } from '../body/checksum.ts';
import type { S3Call, S3Context } from './call.ts';
import { s3Error } from './errors.ts';
import type { Attributes } from './versions.ts';

/** A multipart upload under way. */
export interface Upload {
  readonly id: string;
  readonly bucket: string;
  readonly key: string;
  readonly createdMs: number;
  readonly attributes: Attributes;
  readonly checksum: UploadChecksum;
}

/** What its parts must be summed with, and what becomes of the sums. */
export interface UploadChecksum {
  readonly name: ChecksumName;
  readonly type: 'FULL_OBJECT' | 'COMPOSITE';
  /** Where nobody named it. */
  readonly implied?: true;
}

/** What S3 sums an upload with that names nothing. https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html */
export const IMPLIED_CHECKSUM: UploadChecksum = { name: 'CRC64NVME', type: 'FULL_OBJECT', implied: true };

export interface Part {
  readonly number: number;
  readonly content: string;
  readonly size: number;
  readonly etag: string;
  readonly modifiedMs: number;
  /** Base64, of the upload's kind. */
  readonly checksum: string | null;
}

/** The upload that a call names. Throws NoSuchUpload, also when it belongs to another key. */
export function findUpload({ db }: S3Context, { bucket, key, query }: S3Call): Upload {
  const sql =
    'SELECT id, created_ms AS createdMs, attributes FROM upload WHERE id = ? AND bucket = ? AND key = ?';
  const id = query.get('uploadId') ?? '';
  const row = db.one<{ id: string; createdMs: number; attributes: string }>(sql, id, bucket, key);
  if (row === undefined) throw s3Error('NoSuchUpload', undefined, { detail: { UploadId: id } });
  return {
    id,
    bucket,
    key,
    createdMs: row.createdMs,
    checksum: IMPLIED_CHECKSUM,
    ...JSON.parse(row.attributes),
  };
}

export function partsOf({ db }: S3Context, upload: string): Part[] {
  const sql =
    'SELECT number, content, size, etag, modified_ms AS modifiedMs, checksum FROM part WHERE upload = ? ORDER BY number';
  return [...db.each<Part>(sql, upload)];
}

/** Within a transaction: the upload is over, and its parts go but for those that an object has taken. */
export function endUpload(s3: S3Context, { id }: Pick<Upload, 'id'>, taken: readonly Part[] = []): void {
  const kept = new Set(taken.map(({ content }) => content));
  for (const { content } of partsOf(s3, id)) if (!kept.has(content)) s3.contents.discard(content);
  s3.db.run('DELETE FROM upload WHERE id = ?', id);
}
