import type { Answer } from '../answer.ts';
import { quoted, xmlAnswer, xmlTime } from './answers.ts';
import type { S3Call, S3Context } from './call.ts';
import {
  afterMarker,
  lastOf,
  prefixElements,
  readListParameters,
  readMarker,
  readWhole,
  rowsOf,
} from './list-parameters.ts';
import { listPage, type Page } from './page.ts';
import { findUpload, partsOf } from './uploads.ts';
import { findBucket } from './versions.ts';

interface UploadRow {
  readonly id: string;
  readonly key: string;
  readonly created_ms: number;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html */
export function listMultipartUploads(s3: S3Context, { bucket, query }: S3Call): Answer {
  const parameters = readListParameters(query, 'max-uploads');
  const { prefix, delimiter, max, encodingType, encode, encodeMarker } = parameters;
  const [keyMarker, idMarker] = [readMarker(query, 'key-marker'), query.get('upload-id-marker') ?? ''];
  findBucket(s3.db, bucket);
  const isWithin = keyMarker !== '' && idMarker !== '';
  const from = isWithin ? keyMarker : afterMarker(keyMarker, parameters);
  const after = isWithin ? { key: keyMarker, id: idMarker } : { key: '', id: '' };
  const sql = `SELECT * FROM upload WHERE bucket = ? AND key >= ? AND (key, id) > (?, ?)`;
  const rows = (start: string, end: string | undefined): Iterable<UploadRow> =>
    end === undefined
      ? s3.db.each(`${sql} ORDER BY key, id`, bucket, start, after.key, after.id)
      : s3.db.each(`${sql} AND key < ? ORDER BY key, id`, bucket, start, after.key, after.id, end);
  const page: Page<UploadRow> =
    from === undefined
      ? { entries: [], isTruncated: false }
      : listPage({ ...parameters, from, rows, keyOf: (row) => row.key });
  const last = page.entries.at(-1);
  const Owner = { ID: s3.accountId, DisplayName: s3.accountId };
  return xmlAnswer('ListMultipartUploadsResult', {
    Bucket: bucket,
    KeyMarker: encodeMarker(keyMarker),
    UploadIdMarker: idMarker,
    NextKeyMarker: page.isTruncated ? encodeMarker(lastOf(page.entries, (row) => row.key)) : undefined,
    NextUploadIdMarker: page.isTruncated && last && 'row' in last ? last.row.id : undefined,
    Prefix: encode(prefix),
    Delimiter: delimiter === '' ? undefined : encode(delimiter),
    EncodingType: encodingType,
    MaxUploads: max,
    IsTruncated: page.isTruncated,
    Upload: rowsOf(page.entries).map(({ id, key, created_ms }) => ({
      Key: encode(key),
      UploadId: id,
      Initiator: Owner,
      Owner,
      StorageClass: 'STANDARD',
      Initiated: xmlTime(created_ms),
    })),
    CommonPrefixes: prefixElements(page.entries, encode),
  });
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html */
export function listParts(s3: S3Context, call: S3Call): Answer {
  const upload = findUpload(s3, call);
  const max = readWhole(call.query, 'max-parts', 1000);
  const marker = readWhole(call.query, 'part-number-marker', 10_000);
  const start = call.query.has('part-number-marker') ? marker : 0;
  const left = partsOf(s3, upload.id).filter(({ number }) => number > start);
  const shown = left.slice(0, max);
  const Owner = { ID: s3.accountId, DisplayName: s3.accountId };
  const isTruncated = max > 0 && left.length > max;
  return xmlAnswer('ListPartsResult', {
    Bucket: upload.bucket,
    Key: upload.key,
    UploadId: upload.id,
    PartNumberMarker: start,
    NextPartNumberMarker: isTruncated ? shown.at(-1)?.number : undefined,
    MaxParts: max,
    IsTruncated: isTruncated,
    Initiator: Owner,
    Owner,
    StorageClass: 'STANDARD',
    ChecksumAlgorithm: upload.checksum.implied ? undefined : upload.checksum.name,
    ChecksumType: upload.checksum.implied ? undefined : upload.checksum.type,
    Part: shown.map((part) => ({
      PartNumber: part.number,
      LastModified: xmlTime(part.modifiedMs),
      ETag: quoted(part.etag),
      Size: part.size,
      [`Checksum${upload.checksum.name}`]: part.checksum ?? undefined,
    })),
  });
}
