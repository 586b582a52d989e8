import { type Answer, sendAnswer } from '../answer.ts';
import { readForm } from '../body/form.ts';
import { verifiedBody } from '../body/verified.ts';
import type { UnsignedVisit } from '../service.ts';
import { readCredential } from '../signature/claim.ts';
import { percentEncode, percentEncodePath } from '../signature/percent.ts';
import { sign, signingKey } from '../signature/sigv4.ts';
import { sameText } from '../signature/verify.ts';
import { writeXml } from '../xml.ts';
import { quoted } from './answers.ts';
import { keptChecksum, readAttributes } from './attributes.ts';
import type { S3Call, S3Context } from './call.ts';
import { s3Error } from './errors.ts';
import { MAX_PUT_BYTES, stage } from './ingest.ts';
import { checkPolicy } from './post-policy.ts';
import { commitObject, writtenHeaders } from './put-object.ts';
import { findBucket, type Version } from './versions.ts';
import { splitPath } from './wire.ts';

/**
 * An upload by a form of a browser: no header is signed, but a policy among its fields, which says what the others may hold.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html
 */
export async function postObject(s3: S3Context, visit: UnsignedVisit): Promise<void> {
  const { request, response, body } = visit;
  const { bucket, key: path } = splitPath(request.path);
  if (path !== '' || request.query.entries.length > 0) throw s3Error('MethodNotAllowed');
  findBucket(s3.db, bucket);
  const form = await readForm(request.headers.get('content-type') ?? '', body);
  const fields = new Map([...form.fields, ['bucket', bucket]]);
  const caller = proveForm(fields, visit);
  const { min, max } = checkPolicy(fields, s3.now());
  const key = (fields.get('key') ?? '').replaceAll('${filename}', () => form.fileName);
  const headers = asHeaders(fields);
  const call = { ...formCall(visit, headers), bucket, key: checkedKey(key), caller };
  await visit.observe({ accessKeyId: caller, operation: 'PostObject', resource: `${bucket}/${key}` });

  const attributes = readAttributes(headers);
  const pieces = { headers, pieces: form.content, signer: undefined };
  const staged = await stage(s3, verifiedBody(pieces, { maxBytes: Math.min(max, MAX_PUT_BYTES) }));
  const checksum = keptChecksum(staged.checksums);
  const version = commitObject(
    s3,
    call,
    {
      event: 'ObjectCreated:Post',
      staged,
      etag: staged.md5.toString('hex'),
      attributes: { ...attributes, ...(checksum && { checksum }) },
    },
    () => {
      if (staged.size < min) throw s3Error('EntityTooSmall');
    },
  );
  await sendAnswer(response, success(fields, version), request.method);
}
