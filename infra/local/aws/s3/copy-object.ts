import type { Answer } from '../answer.ts';
import { CHECKSUM_NAMES, type ChecksumName, isChecksumName } from '../body/checksum.ts';
import { DEFAULT_CHECKSUMS } from '../body/verified.ts';
import { percentDecode } from '../signature/percent.ts';
import { quoted, xmlAnswer, xmlTime } from './answers.ts';
import { keptChecksum, readAttributes } from './attributes.ts';
import type { S3Call, S3Context } from './call.ts';
import { failed, meetsReadConditions } from './conditions.ts';
import { s3Error } from './errors.ts';
import { expirationHeader } from './expiration.ts';
import { readableVersion } from './get-object.ts';
import { MAX_PUT_BYTES, stage } from './ingest.ts';
import { slicesOf } from './pieces.ts';
import { commitObject, versionHeader } from './put-object.ts';
import { storedBytes } from './stored-bytes.ts';
import { type Attributes, findBucket, type Version } from './versions.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html */
export async function copyObject(s3: S3Context, call: S3Call): Promise<Answer> {
  findBucket(s3.db, call.bucket);
  const source = copySource(s3, call);
  checkCopySize(source.size);
  const attributes = copiedAttributes(call, source);
  const staged = await stage(s3, storedBytes(s3, slicesOf(s3.db, source), wantedChecksums(call, source)));
  const checksum = keptChecksum(staged.checksums);
  const version = await commitObject(s3, call, {
    event: 'ObjectCreated:Copy',
    staged,
    attributes: { ...attributes, ...(checksum && { checksum }) },
  });
  const sum = checksum && { [`Checksum${checksum.name}`]: checksum.value, ChecksumType: checksum.type };
  return xmlAnswer(
    'CopyObjectResult',
    { ETag: quoted(version.etag), LastModified: xmlTime(version.modifiedMs), ...sum },
    { ...versionHeader(version), ...sourceHeader(source), ...expirationHeader(s3, version) },
  );
}

/** The version to copy from, if the conditions on it hold. */
export function copySource(s3: S3Context, { headers }: S3Call): Version {
  const { bucket, key, versionId } = copySourceName(headers);
  const version = readableVersion(s3, bucket, key, versionId);
  if (!meetsReadConditions(headers, version, 'x-amz-copy-source-'))
    throw failed('x-amz-copy-source-If-None-Match');
  return version;
}

/** What one call copies: an object, or a part of one that may be larger. */
export function checkCopySize(bytes: number): void {
  if (bytes <= MAX_PUT_BYTES) return;
  const text = 'The specified copy source is larger than the maximum allowable size for a copy source';
  throw s3Error('InvalidRequest', `${text}: ${MAX_PUT_BYTES}`);
}

/** What `x-amz-copy-source` names: it is percent-encoded, an id is not part of the key. */
export function copySourceName(headers: S3Call['headers']): {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string | undefined;
} {
  const header = headers.get('x-amz-copy-source') ?? '';
  const mark = header.lastIndexOf('?versionId=');
  const path = percentDecode(mark < 0 ? header : header.slice(0, mark)).replace(/^\//, '');
  const slash = path.indexOf('/');
  if (slash < 1 || slash === path.length - 1) {
    throw s3Error(
      'InvalidArgument',
      'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
    );
  }
  const versionId = mark < 0 ? undefined : percentDecode(header.slice(mark + '?versionId='.length));
  return { bucket: path.slice(0, slash), key: path.slice(slash + 1), versionId };
}

export function sourceHeader(source: Version): Record<string, string> {
  return source.versionId === 'null' ? {} : { 'x-amz-copy-source-version-id': source.versionId };
}

function copiedAttributes(call: S3Call, source: Version): Attributes {
  const given = readAttributes(call.headers);
  const replaces = (directive: string): boolean => {
    const value = call.headers.get(directive) ?? 'COPY';
    if (value === 'COPY' || value === 'REPLACE') return value === 'REPLACE';
    throw s3Error('InvalidArgument', `Unknown ${directive}: ${value}`);
  };
  const [newMetadata, newTags] = [replaces('x-amz-metadata-directive'), replaces('x-amz-tagging-directive')];
  const isItself = source.bucket === call.bucket && source.key === call.key && source.latest;
  if (isItself && !newMetadata && !newTags) {
    throw s3Error(
      'InvalidRequest',
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    );
  }
  const { headers, metadata } = newMetadata ? given : source.attributes;
  const tags = newTags ? given.tags : source.attributes.tags;
  return { headers, metadata, ...(tags && { tags }) };
}

/** The one that the call names, else of the kind that the source has. */
function wantedChecksums({ headers }: S3Call, { attributes }: Version): readonly ChecksumName[] {
  const named = headers.get('x-amz-checksum-algorithm')?.toUpperCase() ?? attributes.checksum?.name;
  if (named === undefined) return DEFAULT_CHECKSUMS;
  if (isChecksumName(named)) return [named];
  throw s3Error(
    'InvalidRequest',
    `Checksum algorithm provided is unsupported. Valid types are ${CHECKSUM_NAMES.join(', ')}.`,
  );
}
