import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import type { Answer } from '../answer.ts';
import { CHECKSUM_NAMES, type Checksum, checksumHeader, checksumOf } from '../body/checksum.ts';
import { quoted, readXmlBody, xmlAnswer } from './answers.ts';
import type { S3Call, S3Context } from './call.ts';
import { checkWriteConditions } from './conditions.ts';
import { s3Error } from './errors.ts';
import { type Staged, stage } from './ingest.ts';
import { commitObject, versionHeader } from './put-object.ts';
import { storedBytes } from './stored-bytes.ts';
import { endUpload, findUpload, type Part, partsOf, type Upload } from './uploads.ts';
import { findObject, type Version } from './versions.ts';

/** Each part but the last. https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const MIN_PART_BYTES = 5 * 2 ** 20;

const sums = Object.fromEntries(CHECKSUM_NAMES.map((name) => [`Checksum${name}`, z.optional(z.string())]));
const listedPart = z.object({
  PartNumber: z.string().check(z.regex(/^\d{1,5}$/)),
  ETag: z.string(),
  ...sums,
});
const document = z.object({
  CompleteMultipartUpload: z.object({ Part: z.union([z.array(listedPart), listedPart]) }),
});
type ListedPart = Readonly<Record<string, string | undefined>>;

/**
 * Joins the parts into one content, then makes it the object in one transaction, in which the parts must still be those that were
 * read. To complete again what is complete answers the same: a caller who lost the answer asks twice.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
 */
export async function completeMultipartUpload(s3: S3Context, call: S3Call): Promise<Answer> {
  const parsed = document.safeParse(await readXmlBody(call));
  const object = findObject(s3.db, call.bucket, call.key);
  if (object?.attributes.upload === call.query.get('uploadId') && object) return completed(object);
  const upload = findUpload(s3, call);
  if (!parsed.success) throw s3Error('MalformedXML');
  const { Part: listed } = parsed.data.CompleteMultipartUpload;
  const parts = chooseParts(Array.isArray(listed) ? listed : [listed], partsOf(s3, upload.id), upload);
  checkWriteConditions(call.headers, object);

  const ofWhole = upload.checksum?.type === 'FULL_OBJECT' ? [upload.checksum.name] : [];
  const staged = await stage(s3, storedBytes(s3, parts, ofWhole));
  const checksum = checksumOfParts(upload, parts, staged);
  const version = commitObject(
    s3,
    call,
    {
      event: 'ObjectCreated:CompleteMultipartUpload',
      staged,
      etag: `${md5OfParts(parts)}-${parts.length}`,
      attributes: {
        ...upload.attributes,
        parts: parts.map(({ size }) => size),
        upload: upload.id,
        ...(checksum && { checksum }),
      },
    },
    () => {
      checkAgainstCall(call, staged, checksum);
      const current = new Set(partsOf(s3, findUpload(s3, call).id).map(({ content }) => content));
      if (!parts.every(({ content }) => current.has(content))) throw s3Error('InvalidPart');
      endUpload(s3, upload);
    },
  );
  return completed(version);
}

function completed(version: Version): Answer {
  const { bucket, key, etag, attributes } = version;
  const { checksum } = attributes;
  const sum = checksum && { [`Checksum${checksum.name}`]: checksum.value, ChecksumType: checksum.type };
  const content = { Location: `/${bucket}/${key}`, Bucket: bucket, Key: key, ETag: quoted(etag), ...sum };
  return xmlAnswer('CompleteMultipartUploadResult', content, versionHeader(version));
}

/** The parts that the caller lists, each as it was uploaded last. */
function chooseParts(listed: readonly ListedPart[], stored: readonly Part[], { checksum }: Upload): Part[] {
  const byNumber = new Map(stored.map((part) => [part.number, part]));
  const numbers = listed.map((part) => Number(part.PartNumber));
  if (numbers.some((number, i) => i > 0 && number <= (numbers[i - 1] ?? 0)))
    throw s3Error('InvalidPartOrder');
  const parts = listed.map((given) => {
    const part = byNumber.get(Number(given.PartNumber));
    const sum = checksum && given[`Checksum${checksum.name}`];
    if (part && part.etag === given.ETag?.replaceAll('"', '') && (sum ?? part.checksum) === part.checksum)
      return part;
    throw s3Error('InvalidPart', undefined, { detail: { PartNumber: given.PartNumber ?? '' } });
  });
  const small = parts.slice(0, -1).find(({ size }) => size < MIN_PART_BYTES);
  if (small === undefined) return parts;
  throw s3Error('EntityTooSmall', undefined, {
    detail: { PartNumber: String(small.number), ETag: small.etag },
  });
}

/** Of all the bytes, computed as they were joined; or of the parts' sums, in the order of the parts. */
function checksumOfParts({ checksum }: Upload, parts: readonly Part[], staged: Staged): Checksum | undefined {
  if (checksum === undefined) return undefined;
  const { name, type } = checksum;
  if (type === 'FULL_OBJECT') return { name, type, value: staged.checksums.get(name) ?? '' };
  const sums = Buffer.concat(parts.map((part) => Buffer.from(part.checksum ?? '', 'base64')));
  return { name, type, value: `${checksumOf(name, sums)}-${parts.length}` };
}

function md5OfParts(parts: readonly Part[]): string {
  const hash = createHash('md5');
  for (const { etag } of parts) hash.update(etag, 'hex');
  return hash.digest('hex');
}

/** What the caller says about the whole: its checksum and its size. */
function checkAgainstCall({ headers }: S3Call, staged: Staged, checksum: Checksum | undefined): void {
  const size = headers.get('x-amz-mp-object-size');
  if (size !== undefined && Number(size) !== staged.size) {
    throw s3Error(
      'InvalidRequest',
      `The object has ${staged.size} bytes and not the ${size} of x-amz-mp-object-size`,
    );
  }
  const said = checksum && headers.get(checksumHeader(checksum.name));
  if (said !== undefined && said !== checksum?.value) throw s3Error('BadDigest');
}
