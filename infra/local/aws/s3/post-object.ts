import { type Answer, sendAnswer } from '../answer.ts';
import { type Form, readForm } from '../body/form.ts';
import { verifiedBody } from '../body/verified.ts';
import { oldScheme, readCredential } from '../signature/claim.ts';
import { ALGORITHM, sign, signingKey } from '../signature/sigv4.ts';
import { checkRegion, sameText } from '../signature/verify.ts';
import type { Caller, UnsignedVisit } from '../visit.ts';
import { readXml, writeXml } from '../xml.ts';
import { locationOf, quoted } from './answers.ts';
import { keptChecksum, readAttributes } from './attributes.ts';
import type { S3Call, S3Context } from './call.ts';
import { s3Error } from './errors.ts';
import { MAX_PUT_BYTES, stage } from './ingest.ts';
import { s3Asks } from './permissions.ts';
import { type ByteLimits, checkPolicy } from './post-policy.ts';
import { commitObject, writtenHeaders } from './put-object.ts';
import { readTagDocument, tagHeader } from './tags.ts';
import { findBucket, type Version } from './versions.ts';
import { checkKey, splitPath } from './wire.ts';

/**
 * An upload by a form of a browser: no header is signed, but a policy among its fields, which says what the others may hold.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html
 */
export async function postObject(s3: S3Context, visit: UnsignedVisit): Promise<void> {
  const { request, response, body } = visit;
  const { bucket, key: path } = splitPath(request.path);
  if (path !== '' || request.query.entries.length > 0) throw s3Error('MethodNotAllowed');
  const form = await readForm(request.headers.get('content-type') ?? '', body);
  try {
    const { call, fields, limits } = await prove(s3, visit, { form, bucket });
    const version = await store(s3, call, limits);
    const headers = { ...writtenHeaders(s3, version), location: locationOf(request.headers, version) };
    await sendAnswer(response, success(fields, version, headers), 'POST');
  } finally {
    form.skip();
  }
}

interface Proven {
  readonly call: S3Call;
  readonly fields: ReadonlyMap<string, string>;
  readonly limits: ByteLimits;
}

/** The call that a form stands for, once it is known who signed its policy and that it keeps to it. */
async function prove(
  s3: S3Context,
  visit: UnsignedVisit,
  { form, bucket }: { readonly form: Form; readonly bucket: string },
): Promise<Proven> {
  const { request } = visit;
  const fields = new Map([...form.fields, ['bucket', bucket] as const]);
  const { accessKeyId, caller } = proveSignature(fields, visit, s3.region);
  const limits = checkPolicy(fields, s3.now());
  const key = (fields.get('key') ?? '').replaceAll(FILE_NAME, () => form.fileName);
  checkKey(key);
  const headers = asHeaders(fields);
  const call: S3Call = {
    method: 'POST',
    bucket,
    key,
    query: request.query,
    headers,
    body: { headers, pieces: form.content, signer: undefined },
    caller: accessKeyId,
    access: caller.access,
    requestId: request.id,
    sourceIp: request.message.socket.remoteAddress ?? '',
  };
  await caller.admit('PostObject', `${bucket}/${key}`, s3Asks('PostObject', call));
  return { call, fields, limits };
}

/** Replaced in a key by the name that the file had. */
const FILE_NAME = `${'$'}{filename}`;

/** The access key that signed the policy. */
function proveSignature(
  fields: ReadonlyMap<string, string>,
  { findCaller }: UnsignedVisit,
  region: string,
): { readonly accessKeyId: string; readonly caller: Caller } {
  const field = (name: string): string => fields.get(name) ?? '';
  if (fields.has('awsaccesskeyid') && fields.has('signature')) throw oldScheme();
  const credential = readCredential(field('x-amz-credential'), field('x-amz-date'));
  if (!fields.has('policy') || field('x-amz-algorithm') !== ALGORITHM || credential === undefined) {
    throw s3Error(
      'AccessDenied',
      'A form needs policy, x-amz-algorithm, x-amz-credential, x-amz-date and x-amz-signature.',
    );
  }
  const { accessKeyId, scope } = credential;
  checkRegion({ by: 'query', scope }, region);
  const caller = findCaller(accessKeyId, scope);
  if (caller === undefined)
    throw s3Error('InvalidAccessKeyId', undefined, { detail: { AWSAccessKeyId: accessKeyId } });
  const expected = sign(signingKey(caller.secret, scope), field('policy'));
  if (scope.service !== 's3' || !sameText(field('x-amz-signature'), expected))
    throw s3Error('SignatureDoesNotMatch');
  return { accessKeyId, caller };
}

async function store(s3: S3Context, call: S3Call, { min, max }: ByteLimits): Promise<Version> {
  findBucket(s3.db, call.bucket);
  const attributes = readAttributes(call.headers);
  const body = verifiedBody(call.body, { minBytes: min, maxBytes: Math.min(max, MAX_PUT_BYTES) });
  const staged = await stage(s3, body);
  const checksum = keptChecksum(staged.checksums);
  return commitObject(s3, call, {
    event: 'ObjectCreated:Post',
    staged,
    attributes: { ...attributes, ...(checksum && { checksum }) },
  });
}

/** What a form says in fields an upload says in headers, whose text is latin1. Its signature is none of the file's. */
function asHeaders(fields: ReadonlyMap<string, string>): Map<string, string> {
  const meant = [...fields].filter(
    ([name]) => !['x-amz-content-sha256', 'content-length', 'if-match', 'if-none-match'].includes(name),
  );
  const tagging = fields.get('tagging');
  const tags =
    tagging === undefined ? [] : [['x-amz-tagging', tagHeader(readTagDocument(readXml(tagging)))] as const];
  return new Map([
    ...meant.map(
      ([name, value]) =>
        [name === 'acl' ? 'x-amz-acl' : name, Buffer.from(value).toString('latin1')] as const,
    ),
    ...tags,
  ]);
}

/** Where the browser goes on, or a document if it asked for one. */
function success(
  fields: ReadonlyMap<string, string>,
  { bucket, key, etag }: Version,
  headers: Readonly<Record<string, string>> & { readonly location: string },
): Answer {
  const target = fields.get('success_action_redirect') ?? fields.get('redirect');
  if (target !== undefined && URL.canParse(target)) {
    const url = new URL(target);
    for (const [name, value] of Object.entries({ bucket, key, etag: quoted(etag) }))
      url.searchParams.set(name, value);
    return { status: 303, headers: { ...headers, location: url.href } };
  }
  const status = fields.get('success_action_status');
  if (status !== '201') return { status: status === '200' ? 200 : 204, headers };
  const document = { Location: headers.location, Bucket: bucket, Key: key, ETag: quoted(etag) };
  const body = writeXml('PostResponse', document);
  return { status: 201, headers: { ...headers, 'content-type': 'application/xml' }, body };
}
