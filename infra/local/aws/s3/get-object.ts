import type { Answer, FileSlice } from '../answer.ts';
import { quoted } from './answers.ts';
import { attributeHeaders, checksumHeaders } from './attributes.ts';
import type { S3Call, S3Context } from './call.ts';
import { meetsReadConditions } from './conditions.ts';
import { s3Error } from './errors.ts';
import { type ByteRange, partRange, readRange } from './range.ts';
import { findBucket, findVersion, type Version } from './versions.ts';

/** GetObject and HeadObject. https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html */
export function getObject(s3: S3Context, call: S3Call): Answer {
  const version = readableVersion(s3, call.bucket, call.key, call.query.get('versionId'));
  const common = {
    etag: quoted(version.etag),
    'last-modified': new Date(version.modifiedMs).toUTCString(),
    ...idHeader(s3, version),
  };
  if (!meetsReadConditions(call.headers, version)) return { status: 304, headers: common };
  const range =
    partRange(call.query.get('partNumber'), version) ?? readRange(call.headers.get('range'), version.size);
  const isWhole = range === undefined;
  return {
    status: isWhole ? 200 : 206,
    headers: {
      ...attributeHeaders(version.attributes),
      ...common,
      'accept-ranges': 'bytes',
      'content-length': isWhole ? version.size : range.length,
      'content-range': isWhole
        ? undefined
        : `bytes ${range.offset}-${range.offset + range.length - 1}/${version.size}`,
      'x-amz-mp-parts-count': call.query.has('partNumber') ? version.attributes.parts?.length : undefined,
      ...(isWhole && wantsChecksum(call) && checksumHeaders(version.attributes.checksum)),
      ...overrides(call),
    },
    ...(call.method === 'GET' && { body: slice(s3, version, range) }),
  };
}

/** The version that a read means. Throws NoSuchKey, NoSuchVersion, or MethodNotAllowed for a delete marker asked for by its id. */
export function readableVersion(
  s3: S3Context,
  bucket: string,
  key: string,
  versionId: string | undefined,
): Version {
  findBucket(s3.db, bucket);
  const version = findVersion(s3.db, bucket, key, versionId);
  if (version && !version.marker) return version;
  const marker = version && { 'x-amz-delete-marker': 'true', 'x-amz-version-id': version.versionId };
  if (versionId === undefined)
    throw s3Error('NoSuchKey', undefined, { detail: { Key: key }, ...(marker && { headers: marker }) });
  if (version === undefined)
    throw s3Error('NoSuchVersion', undefined, { detail: { Key: key, VersionId: versionId } });
  throw s3Error('MethodNotAllowed', undefined, { headers: { ...marker, allow: 'DELETE' } });
}

function slice({ contents }: S3Context, version: Version, range: ByteRange | undefined): FileSlice | string {
  const { offset, length } = range ?? { offset: 0, length: version.size };
  if (version.content === undefined || length === 0) return '';
  return { descriptor: contents.open(version.content), offset, length };
}

/** A bucket that is or was versioned names its null versions too. */
function idHeader({ db }: S3Context, { bucket, versionId }: Version): Record<string, string> {
  const isNamed = versionId !== 'null' || findBucket(db, bucket).versioning !== '';
  return isNamed ? { 'x-amz-version-id': versionId } : {};
}

function wantsChecksum({ headers }: S3Call): boolean {
  return headers.get('x-amz-checksum-mode')?.toUpperCase() === 'ENABLED';
}

const OVERRIDES = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
];

/** What the signed `response-*` parameters want for headers. */
function overrides({ query }: S3Call): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of OVERRIDES) {
    const value = query.get(`response-${name}`);
    if (value === undefined) continue;
    if (/\p{Cc}/u.test(value)) throw s3Error('InvalidArgument', `response-${name} holds a control character`);
    found[name] = Buffer.from(value).toString('latin1');
  }
  return found;
}
