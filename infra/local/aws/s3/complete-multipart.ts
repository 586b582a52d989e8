import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import type { Answer } from '../answer.ts';
import {
  CHECKSUM_NAMES,
  type Checksum,
  checksumHeader,
  checksumOf,
  joinChecksums,
} from '../body/checksum.ts';
import { locationOf, quoted, readXmlBody, xmlAnswer } from './answers.ts';
import type { S3Call, S3Context } from './call.ts';
import { chooseParts } from './choose-parts.ts';
import { s3Error } from './errors.ts';
import { expirationHeader } from './expiration.ts';
import { addPieces } from './pieces.ts';
import { versionHeader, writeObject } from './put-object.ts';
import { endUpload, findUpload, type Part, partsOf, type Upload } from './uploads.ts';
import { findObject, type Version } from './versions.ts';

const sums = Object.fromEntries(CHECKSUM_NAMES.map((name) => [`Checksum${name}`, z.optional(z.string())]));
const listedPart = z.object({
  PartNumber: z.string().check(z.regex(/^\d{1,5}$/)),
  ETag: z.string(),
  ...sums,
});
const document = z.object({
  CompleteMultipartUpload: z.object({ Part: z.union([z.array(listedPart), listedPart]) }),
});

/**
 * Makes the parts the object, in one transaction and with no byte moved: its version lies in their contents from then on. To complete
 * again what is complete answers the same: a caller who lost the answer asks twice.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
 */
export async function completeMultipartUpload(s3: S3Context, call: S3Call): Promise<Answer> {
  const parsed = document.safeParse(await readXmlBody({ ...call, body: withoutObjectChecksum(call) }));
  return s3.db.transaction((afterCommit) => {
    const object = findObject(s3.db, call.bucket, call.key);
    if (object?.attributes.upload === call.query.get('uploadId') && object)
      return completed(s3, call, object);
    const upload = findUpload(s3, call);
    if (!parsed.success) throw s3Error('MalformedXML');
    const { Part: listed } = parsed.data.CompleteMultipartUpload;
    const parts = chooseParts(Array.isArray(listed) ? listed : [listed], partsOf(s3, upload.id), upload);
    const checksum = checksumOfParts(upload, parts);
    const size = parts.reduce((sum, part) => sum + part.size, 0);
    checkAgainstCall(call, { size, checksum });
    const version = writeObject(
      s3,
      call,
      {
        event: 'ObjectCreated:CompleteMultipartUpload',
        content: undefined,
        size,
        etag: `${md5OfParts(parts)}-${parts.length}`,
        attributes: { ...upload.attributes, upload: upload.id, ...(checksum && { checksum }) },
      },
      afterCommit,
    );
    addPieces(s3.db, version, parts);
    endUpload(s3, upload, parts);
    return completed(s3, call, version);
  });
}

/** Checksums in the headers are those of the object, and not of the document. */
function withoutObjectChecksum({ body }: S3Call): S3Call['body'] {
  const headers = new Map([...body.headers].filter(([name]) => !name.startsWith('x-amz-checksum-')));
  return { ...body, headers };
}

function completed(s3: S3Context, { headers }: S3Call, version: Version): Answer {
  const { bucket, key, etag, attributes } = version;
  const { checksum } = attributes;
  const sum = checksum && { [`Checksum${checksum.name}`]: checksum.value, ChecksumType: checksum.type };
  const content = {
    Location: locationOf(headers, version),
    Bucket: bucket,
    Key: key,
    ETag: quoted(etag),
    ...sum,
  };
  return xmlAnswer('CompleteMultipartUploadResult', content, {
    ...versionHeader(version),
    ...expirationHeader(s3, version),
  });
}

/** Of all the bytes, or of the parts' sums; in the order of the parts. */
function checksumOfParts({ checksum }: Upload, parts: readonly Part[]): Checksum | undefined {
  const { name, type } = checksum;
  if (parts.some((part) => part.checksum === null)) return undefined;
  if (type === 'FULL_OBJECT') return { name, type, value: joinChecksums(name, parts) };
  const sums = Buffer.concat(parts.map((part) => Buffer.from(part.checksum ?? '', 'base64')));
  return { name, type, value: `${checksumOf(name, sums)}-${parts.length}` };
}

function md5OfParts(parts: readonly Part[]): string {
  const hash = createHash('md5');
  for (const { etag } of parts) hash.update(etag, 'hex');
  return hash.digest('hex');
}

/** What the caller says about the whole: its checksum, of which kind that is, and its size. */
function checkAgainstCall(
  { headers }: S3Call,
  { size, checksum }: { readonly size: number; readonly checksum: Checksum | undefined },
): void {
  const saidSize = headers.get('x-amz-mp-object-size');
  if (saidSize !== undefined && Number(saidSize) !== size) {
    throw s3Error(
      'InvalidRequest',
      `The object has ${size} bytes and not the ${saidSize} of x-amz-mp-object-size`,
    );
  }
  const type = headers.get('x-amz-checksum-type')?.toUpperCase();
  if (checksum && type !== undefined && type !== checksum.type) {
    throw s3Error(
      'InvalidRequest',
      `The upload was created with the checksum type ${checksum.type}, not ${type}`,
    );
  }
  const said = checksum && headers.get(checksumHeader(checksum.name));
  if (said !== undefined && said !== checksum?.value) throw s3Error('BadDigest');
}
