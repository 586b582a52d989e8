import type { Answer } from '../answer.ts';
import { CHECKSUMS, checksumHeader, isChecksumName } from '../body/checksum.ts';
import { quoted, xmlAnswer, xmlTime } from './answers.ts';
import { readAttributes } from './attributes.ts';
import type { S3Call, S3Context } from './call.ts';
import { checkCopySize, copySource, sourceHeader } from './copy-object.ts';
import { s3Error } from './errors.ts';
import { type Staged, settle, stage, stageBody } from './ingest.ts';
import { slicesOf } from './pieces.ts';
import { readCopyRange, readPartNumber } from './range.ts';
import { storedBytes } from './stored-bytes.ts';
import { endUpload, findUpload, IMPLIED_CHECKSUM, type Upload, type UploadChecksum } from './uploads.ts';
import { findBucket } from './versions.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html */
export function createMultipartUpload(s3: S3Context, { bucket, key, headers }: S3Call): Answer {
  findBucket(s3.db, bucket);
  const checksum = readChecksum(headers);
  const id = s3.newId();
  const attributes = JSON.stringify({ attributes: readAttributes(headers), checksum });
  s3.db.run('INSERT INTO upload VALUES (?, ?, ?, ?, ?)', id, bucket, key, s3.now(), attributes);
  return xmlAnswer(
    'InitiateMultipartUploadResult',
    { Bucket: bucket, Key: key, UploadId: id },
    checksum.implied === true
      ? {}
      : { 'x-amz-checksum-algorithm': checksum.name, 'x-amz-checksum-type': checksum.type },
  );
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html */
export async function uploadPart(s3: S3Context, call: S3Call): Promise<Answer> {
  const { checksum } = findUpload(s3, call);
  const staged = await stageBody(s3, call, [checksum.name]);
  await keepPart(s3, call, staged);
  const sums = [...staged.checksums].map(([name, value]) => [checksumHeader(name), value] as const);
  return { status: 200, headers: { etag: quoted(staged.md5.toString('hex')), ...Object.fromEntries(sums) } };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html */
export async function uploadPartCopy(s3: S3Context, call: S3Call): Promise<Answer> {
  const { checksum } = findUpload(s3, call);
  const source = copySource(s3, call);
  const range = readCopyRange(call.headers.get('x-amz-copy-source-range'), source.size);
  checkCopySize(range?.length ?? source.size);
  const staged = await stage(s3, storedBytes(s3, slicesOf(s3.db, source, range), [checksum.name]));
  await keepPart(s3, call, staged);
  return xmlAnswer(
    'CopyPartResult',
    {
      ETag: quoted(staged.md5.toString('hex')),
      LastModified: xmlTime(s3.now()),
      [`Checksum${checksum.name}`]: staged.checksums.get(checksum.name),
    },
    sourceHeader(source),
  );
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html */
export function abortMultipartUpload(s3: S3Context, call: S3Call): Answer {
  s3.db.transaction(() => endUpload(s3, findUpload(s3, call)));
  return { status: 204 };
}

/** Keeps the part, in place of an earlier one of its number. */
function keepPart(s3: S3Context, call: S3Call, staged: Staged): Promise<void> {
  return settle(s3, staged, () => {
    const upload = findUpload(s3, call);
    const number = readPartNumber(call.query);
    const sum = checkedSum(upload, staged);
    const earlier = 'SELECT content FROM part WHERE upload = ? AND number = ?';
    const before = s3.db.one<{ content: string }>(earlier, upload.id, number);
    if (before) s3.contents.discard(before.content);
    s3.db.run(
      'INSERT OR REPLACE INTO part VALUES (?, ?, ?, ?, ?, ?, ?)',
      upload.id,
      number,
      staged.content,
      staged.size,
      staged.md5.toString('hex'),
      s3.now(),
      sum,
    );
  });
}

/** A part's checksum of the upload's kind; one of another kind says that the caller takes it for another upload. */
function checkedSum({ checksum }: Upload, { checksums }: Staged): string {
  const other = [...checksums.keys()].find((name) => name !== checksum.name);
  if (other === undefined || checksum.implied === true) return checksums.get(checksum.name) ?? '';
  const [expected, actual] = [checksum.name, other].map((name) => name.toLowerCase());
  throw s3Error(
    'InvalidRequest',
    `Checksum Type mismatch occurred, expected checksum Type: ${expected}, actual checksum Type: ${actual}`,
  );
}

/** Without a word about its type, a checksum is of the parts' checksums, but for CRC64NVME, which is always of the whole. */
function readChecksum(headers: ReadonlyMap<string, string>): UploadChecksum {
  const name = headers.get('x-amz-checksum-algorithm')?.toUpperCase();
  if (name === undefined) return IMPLIED_CHECKSUM;
  if (!isChecksumName(name)) throw s3Error('InvalidRequest', `Checksum algorithm ${name} is not supported`);
  const usual = name === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE';
  const type = headers.get('x-amz-checksum-type')?.toUpperCase() ?? usual;
  if (type === 'COMPOSITE' && name !== 'CRC64NVME') return { name, type };
  if (type === 'FULL_OBJECT' && CHECKSUMS[name].polynomial) return { name, type };
  throw s3Error(
    'InvalidRequest',
    `The ${type} checksum type cannot be used with the ${name} checksum algorithm.`,
  );
}
