import type { Answer } from '../answer.ts';
import { quoted } from './answers.ts';
import { attributeHeaders, CONTENT_HEADERS, checksumHeaders } from './attributes.ts';
import type { S3Call, S3Context } from './call.ts';
import { askedRange, meetsReadConditions } from './conditions.ts';
import { s3Error } from './errors.ts';
import { expirationHeader } from './expiration.ts';
import { piecesOf, slicesOf } from './pieces.ts';
import { type ByteRange, partRange, readPartNumber, readRange } from './range.ts';
import { readStored } from './stored-bytes.ts';
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
  const part = call.query.has('partNumber') ? readPart(s3, call, version) : undefined;
  const range = part ? part.range : readRange(askedRange(call.headers, version), version.size);
  const isWhole = range === undefined;
  return {
    status: isWhole ? 200 : 206,
    headers: {
      ...attributeHeaders(version.attributes),
      ...common,
      ...expirationHeader(s3, version),
      'accept-ranges': 'bytes',
      'content-length': isWhole ? version.size : range.length,
      'content-range': isWhole
        ? undefined
        : `bytes ${range.offset}-${range.offset + range.length - 1}/${version.size}`,
      'x-amz-mp-parts-count': part?.count,
      ...(isWhole && wantsChecksum(call) && checksumHeaders(version.attributes.checksum)),
      ...overrides(call),
    },
    ...(call.method === 'GET' && { body: bodyOf(s3, version, range) }),
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
  const modified = version && { 'last-modified': new Date(version.modifiedMs).toUTCString() };
  if (versionId === undefined)
    throw s3Error('NoSuchKey', undefined, { detail: { Key: key }, ...(marker && { headers: marker }) });
  if (version === undefined)
    throw s3Error('NoSuchVersion', undefined, { detail: { Key: key, VersionId: versionId } });
  throw s3Error('MethodNotAllowed', undefined, { headers: { ...marker, ...modified, allow: 'DELETE' } });
}

/** One part of an object, and how many it has; an object that came whole is one part and does not count them. */
function readPart({ db }: S3Context, { query, headers }: S3Call, version: Version) {
  if (headers.has('range'))
    throw s3Error('InvalidRequest', 'Cannot specify both Range header and partNumber query parameter');
  const parts = piecesOf(db, version).map(({ size }) => size);
  const range = partRange(readPartNumber(query), { size: version.size, parts });
  return { range, count: parts.length === 0 ? undefined : parts.length };
}

/** One content is opened at once; the pieces of a large object are opened one by one, and kept until then. */
function bodyOf(s3: S3Context, version: Version, range: ByteRange | undefined): NonNullable<Answer['body']> {
  const slices = slicesOf(s3.db, version, range);
  const [first] = slices;
  if (first === undefined || first.length === 0) return '';
  if (slices.length > 1) return readStored(s3, slices);
  const { descriptor, start } = s3.contents.open(first.content);
  return { descriptor, offset: start + first.offset, length: first.length };
}

/** A bucket that is or was versioned names its null versions too. */
export function idHeader({ db }: S3Context, { bucket, versionId }: Version): Record<string, string> {
  const isNamed = versionId !== 'null' || findBucket(db, bucket).versioning !== '';
  return isNamed ? { 'x-amz-version-id': versionId } : {};
}

function wantsChecksum({ headers }: S3Call): boolean {
  return headers.get('x-amz-checksum-mode')?.toUpperCase() === 'ENABLED';
}

/** What the signed `response-*` parameters want for headers. */
function overrides({ query }: S3Call): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of CONTENT_HEADERS) {
    const value = query.get(`response-${name}`);
    if (value === undefined) continue;
    if (/\p{Cc}/u.test(value)) throw s3Error('InvalidArgument', `response-${name} holds a control character`);
    found[name] = Buffer.from(value).toString('latin1');
  }
  return found;
}
