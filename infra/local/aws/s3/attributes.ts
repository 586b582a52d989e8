import { CHECKSUM_NAMES, type Checksum, checksumHeader } from '../body/checksum.ts';
import { s3Error } from './errors.ts';
import { readTagHeader } from './tags.ts';
import type { Attributes } from './versions.ts';

/** Headers of HTTP that S3 keeps with an object, and that a signed URL may have other values for. */
export const CONTENT_HEADERS = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
] as const;

/** What S3 gives back as it came. */
const KEPT = [
  ...CONTENT_HEADERS,
  // S3's own keys, which every object of S3 has: here the bytes lie as the disk has them.
  'x-amz-server-side-encryption',
] as const;

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html */
const MAX_METADATA_BYTES = 2048;
const META = 'x-amz-meta-';

/** Headers that would change what is stored in a way that is not there: to take them silently would be a lie. */
const REFUSED = [
  'x-amz-server-side-encryption-',
  'x-amz-object-lock-',
  'x-amz-website-redirect-location',
  'x-amz-grant-',
  'x-amz-write-offset-bytes',
];

/** What the headers of an upload say about the object. */
export function readAttributes(headers: ReadonlyMap<string, string>): Attributes {
  checkHeaders(headers);
  const kept = KEPT.flatMap((name) => {
    const value = name === 'content-encoding' ? ownEncoding(headers.get(name)) : headers.get(name);
    return value === undefined || value === '' ? [] : [[name, value] as const];
  });
  const tagging = headers.get('x-amz-tagging');
  return {
    headers: { 'content-type': 'binary/octet-stream', ...Object.fromEntries(kept) },
    metadata: readMetadata(headers),
    ...(tagging !== undefined && { tags: readTagHeader(tagging) }),
  };
}

/** An object's attributes as the headers of an answer. */
export function attributeHeaders({ headers, metadata, tags }: Attributes): Record<string, string> {
  const meta = Object.entries(metadata).map(([name, value]) => [`${META}${name}`, value]);
  const count = Object.keys(tags ?? {}).length;
  return {
    ...headers,
    ...Object.fromEntries(meta),
    ...(count > 0 && { 'x-amz-tagging-count': String(count) }),
  };
}

export function checksumHeaders(checksum: Checksum | undefined): Record<string, string> {
  if (checksum === undefined) return {};
  return { [checksumHeader(checksum.name)]: checksum.value, 'x-amz-checksum-type': checksum.type };
}

/** The checksum to keep of those that were computed over a whole body. */
export function keptChecksum(values: ReadonlyMap<string, string>): Checksum | undefined {
  const name = CHECKSUM_NAMES.find((one) => values.has(one));
  const value = name && values.get(name);
  return name && value !== undefined ? { name, value, type: 'FULL_OBJECT' } : undefined;
}

function checkHeaders(headers: ReadonlyMap<string, string>): void {
  const refused = [...headers.keys()].find((name) => REFUSED.some((prefix) => name.startsWith(prefix)));
  if (refused !== undefined) throw s3Error('NotImplemented', undefined, { detail: { Header: refused } });
  const acl = headers.get('x-amz-acl') ?? 'private';
  if (!['private', 'bucket-owner-full-control'].includes(acl)) throw s3Error('AccessControlListNotSupported');
  const encryption = headers.get('x-amz-server-side-encryption') ?? 'AES256';
  if (encryption !== 'AES256')
    throw s3Error('NotImplemented', `Encryption by ${encryption} is not implemented here.`);
  const storageClass = headers.get('x-amz-storage-class') ?? 'STANDARD';
  if (storageClass !== 'STANDARD') throw s3Error('InvalidStorageClass');
}

/** `aws-chunked` is how the body travelled and no encoding of the object. */
function ownEncoding(value: string | undefined): string | undefined {
  return value
    ?.split(',')
    .map((one) => one.trim())
    .filter((one) => one !== 'aws-chunked')
    .join(',');
}

function readMetadata(headers: ReadonlyMap<string, string>): Record<string, string> {
  const metadata: Record<string, string> = {};
  let bytes = 0;
  for (const [name, value] of headers) {
    if (!name.startsWith(META)) continue;
    bytes += name.length - META.length + value.length;
    metadata[name.slice(META.length)] = asHeaderText(value);
  }
  if (bytes > MAX_METADATA_BYTES) throw s3Error('MetadataTooLarge');
  return metadata;
}

/** S3 gives other than ASCII back in the words of RFC 2047, whichever way it came. */
function asHeaderText(latin1: string): string {
  if (/^[\x20-\x7e\t]*$/.test(latin1)) return latin1;
  return `=?UTF-8?B?${Buffer.from(latin1, 'latin1').toString('base64')}?=`;
}
