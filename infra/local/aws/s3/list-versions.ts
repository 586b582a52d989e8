import type { Answer } from '../answer.ts';
import { quoted, xmlAnswer, xmlTime } from './answers.ts';
import type { S3Call, S3Context } from './call.ts';
import { s3Error } from './errors.ts';
import {
  afterMarker,
  lastOf,
  prefixElements,
  readListParameters,
  readMarker,
  rowsOf,
} from './list-parameters.ts';
import { listPage, type Page } from './page.ts';
import { asVersion, findBucket, findVersion, type Version, type VersionRow } from './versions.ts';

/**
 * Every version of every key, the newest of a key first; S3 tells versions and markers in two lists of elements.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html
 */
export function listObjectVersions(s3: S3Context, { bucket, query }: S3Call): Answer {
  const parameters = readListParameters(query, 'max-keys');
  const { prefix, delimiter, max, encodingType, encode, encodeMarker } = parameters;
  const keyMarker = readMarker(query, 'key-marker');
  const idMarker = query.get('version-id-marker') ?? '';
  if (idMarker !== '' && keyMarker === '') {
    throw s3Error('InvalidArgument', 'A version-id marker cannot be specified without a key marker.');
  }
  findBucket(s3.db, bucket);
  const within = idMarker === '' ? undefined : findVersion(s3.db, bucket, keyMarker, idMarker);
  const from = within ? keyMarker : afterMarker(keyMarker, parameters);
  const rows = (start: string, end: string | undefined): Iterable<VersionRow> =>
    versions(s3, bucket, { start, end, within });
  const page: Page<VersionRow> =
    from === undefined
      ? { entries: [], isTruncated: false }
      : listPage({ ...parameters, from, rows, keyOf: (row) => row.key });
  const last = page.entries.at(-1);
  const found = rowsOf(page.entries).map(asVersion);
  const element = ({ key, versionId, latest, modifiedMs }: Version) => ({
    Key: encode(key),
    VersionId: versionId,
    IsLatest: latest,
    LastModified: xmlTime(modifiedMs),
  });
  const Owner = { ID: s3.accountId, DisplayName: s3.accountId };
  return xmlAnswer('ListVersionsResult', {
    Name: bucket,
    Prefix: encode(prefix),
    KeyMarker: encodeMarker(keyMarker),
    VersionIdMarker: idMarker,
    NextKeyMarker: page.isTruncated ? encodeMarker(lastOf(page.entries, (row) => row.key)) : undefined,
    NextVersionIdMarker: page.isTruncated && last && 'row' in last ? last.row.version_id : undefined,
    Delimiter: delimiter === '' ? undefined : encode(delimiter),
    MaxKeys: max,
    EncodingType: encodingType,
    IsTruncated: page.isTruncated,
    Version: found
      .filter(({ marker }) => !marker)
      .map((one) => ({
        ...element(one),
        ETag: quoted(one.etag),
        Size: one.size,
        StorageClass: 'STANDARD',
        Owner,
      })),
    DeleteMarker: found.filter(({ marker }) => marker).map((one) => ({ ...element(one), Owner })),
    CommonPrefixes: prefixElements(page.entries, encode),
  });
}

interface Reach {
  readonly start: string;
  readonly end: string | undefined;
  /** The version after which to go on, within its key. */
  readonly within: Version | undefined;
}

function* versions({ db }: S3Context, bucket: string, { start, end, within }: Reach): Generator<VersionRow> {
  const all = 'SELECT * FROM version WHERE bucket = ? AND key >= ?';
  const rows =
    end === undefined
      ? db.each<VersionRow>(`${all} ORDER BY key, seq DESC`, bucket, start)
      : db.each<VersionRow>(`${all} AND key < ? ORDER BY key, seq DESC`, bucket, start, end);
  for (const row of rows) {
    if (within === undefined || row.key !== within.key || row.seq < within.seq) yield row;
  }
}
