import type { Answer } from '../answer.ts';
import { quoted, xmlAnswer, xmlTime } from './answers.ts';
import type { S3Call, S3Context } from './call.ts';
import { s3Error } from './errors.ts';
import {
  afterMarker,
  type ListParameters,
  lastOf,
  prefixElements,
  readListParameters,
  readMarker,
  rowsOf,
} from './list-parameters.ts';
import { listPage, type Page } from './page.ts';
import { asVersion, findBucket, type VersionRow } from './versions.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
export function listObjectsV2(s3: S3Context, { bucket, query }: S3Call): Answer {
  if (query.get('list-type') !== '2')
    throw s3Error('InvalidArgument', `There is no list-type ${query.get('list-type')}, only 2`);
  const parameters = readListParameters(query, 'max-keys');
  const { prefix, delimiter, max, encodingType, encode } = parameters;
  const token = query.get('continuation-token');
  const startAfter = query.get('start-after') ?? '';
  const page = pageOf(s3, bucket, parameters, token === undefined ? startAfter : readToken(token));
  return xmlAnswer('ListBucketResult', {
    Name: bucket,
    Prefix: encode(prefix),
    Delimiter: delimiter === '' ? undefined : encode(delimiter),
    MaxKeys: max,
    EncodingType: encodingType,
    KeyCount: page.entries.length,
    IsTruncated: page.isTruncated,
    ContinuationToken: token,
    NextContinuationToken: page.isTruncated ? writeToken(lastOf(page.entries, keyOf)) : undefined,
    StartAfter: startAfter === '' ? undefined : encode(startAfter),
    Contents: contents(s3, page, encode, query.get('fetch-owner') === 'true'),
    CommonPrefixes: prefixElements(page.entries, encode),
  });
}

/** The first version, which rclone and s3cmd use. https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjects.html */
export function listObjects(s3: S3Context, { bucket, query }: S3Call): Answer {
  const parameters = readListParameters(query, 'max-keys');
  const { prefix, delimiter, max, encodingType, encode, encodeMarker } = parameters;
  const marker = readMarker(query, 'marker');
  const page = pageOf(s3, bucket, parameters, marker);
  const last = lastOf(page.entries, keyOf);
  // Without a delimiter S3 leaves it to the caller to take the last key, which XML may not have told.
  const isTold = page.isTruncated && (delimiter !== '' || encodeMarker(last) !== encode(last));
  return xmlAnswer('ListBucketResult', {
    Name: bucket,
    Prefix: encode(prefix),
    Marker: encodeMarker(marker),
    NextMarker: isTold ? encodeMarker(last) : undefined,
    Delimiter: delimiter === '' ? undefined : encode(delimiter),
    MaxKeys: max,
    EncodingType: encodingType,
    IsTruncated: page.isTruncated,
    Contents: contents(s3, page, encode, true),
    CommonPrefixes: prefixElements(page.entries, encode),
  });
}

const keyOf = (row: VersionRow): string => row.key;

function pageOf(
  { db }: S3Context,
  bucket: string,
  parameters: ListParameters,
  marker: string,
): Page<VersionRow> {
  findBucket(db, bucket);
  const from = afterMarker(marker, parameters);
  if (from === undefined) return { entries: [], isTruncated: false };
  const objects = 'SELECT * FROM version WHERE bucket = ? AND latest = 1 AND marker = 0 AND key >= ?';
  return listPage<VersionRow>({
    ...parameters,
    from,
    keyOf,
    rows: (start, end) =>
      end === undefined
        ? db.each(`${objects} ORDER BY key`, bucket, start)
        : db.each(`${objects} AND key < ? ORDER BY key`, bucket, start, end),
  });
}

function contents(
  s3: S3Context,
  page: Page<VersionRow>,
  encode: (name: string) => string,
  withOwner: boolean,
) {
  return rowsOf(page.entries)
    .map(asVersion)
    .map(({ key, modifiedMs, etag, size, attributes }) => ({
      Key: encode(key),
      LastModified: xmlTime(modifiedMs),
      ETag: quoted(etag),
      ChecksumAlgorithm: attributes.checksum?.name,
      ChecksumType: attributes.checksum?.type,
      Size: size,
      StorageClass: 'STANDARD',
      Owner: withOwner ? { ID: s3.accountId, DisplayName: s3.accountId } : undefined,
    }));
}

function writeToken(last: string): string {
  return Buffer.from(last).toString('base64url');
}

function readToken(token: string): string {
  const last = Buffer.from(token, 'base64url').toString();
  if (token !== '' && writeToken(last) === token) return last;
  throw s3Error('InvalidArgument', 'The continuation token provided is incorrect');
}
