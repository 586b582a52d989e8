import type { Answer } from '../answer.ts';
import type { AwsError } from '../aws-error.ts';
import type { ChunkSigner } from '../body/aws-chunked.ts';
import type { AwsRequest } from '../request.ts';
import type { Visit } from '../visit.ts';
import { writeXml } from '../xml.ts';
import type { S3Call } from './call.ts';
import { s3Error } from './errors.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
const MAX_KEY_BYTES = 1024;

export function readS3Call(
  { request, claim, access, body }: Pick<Visit, 'request' | 'claim' | 'access' | 'body'>,
  {
    headers,
    signer,
    accountId,
  }: {
    readonly headers: ReadonlyMap<string, string>;
    readonly signer: ChunkSigner | undefined;
    readonly accountId: string;
  },
): S3Call {
  const { method, path, query, message } = request;
  const { bucket, key } = splitPath(path);
  if (bucket === '' && key !== '') throw s3Error('InvalidURI');
  if (key !== '') checkKey(key);
  checkVersionId(query.get('versionId'));
  checkOwner(headers, accountId);
  return {
    method,
    bucket,
    key,
    query,
    headers,
    caller: claim.accessKeyId,
    access,
    requestId: request.id,
    sourceIp: message.socket.remoteAddress ?? '',
    body: { headers, pieces: body, signer },
  };
}

/** Path style: the bucket is what stands before the second `/`, and all behind it is the key, as it is. */
export function splitPath(path: string): { readonly bucket: string; readonly key: string } {
  const slash = path.indexOf('/', 1);
  return slash < 0
    ? { bucket: path.slice(1), key: '' }
    : { bucket: path.slice(1, slash), key: path.slice(slash + 1) };
}

/** Every bucket is of one account: who expects another is told so before anything is done. */
function checkOwner(headers: ReadonlyMap<string, string>, accountId: string): void {
  const expected = ['x-amz-expected-bucket-owner', 'x-amz-source-expected-bucket-owner'];
  const isOther = expected.some((name) => (headers.get(name) ?? accountId) !== accountId);
  if (isOther) throw s3Error('AccessDenied');
}

/** An id that none can be is told from one that is not there. */
function checkVersionId(id: string | undefined): void {
  if (id === undefined || /^(null|[0-9a-f]{32})$/.test(id)) return;
  const text = id === '' ? 'Version id cannot be the empty string' : 'Invalid version id specified';
  throw s3Error('InvalidArgument', text, { detail: { ArgumentName: 'versionId', ArgumentValue: id } });
}

export function checkKey(key: string): void {
  if (key === '') throw s3Error('InvalidArgument', 'A key must be specified');
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) {
    throw s3Error('KeyTooLongError', undefined, { detail: { MaxSizeAllowed: String(MAX_KEY_BYTES) } });
  }
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#RESTErrorResponses */
export function refuseS3(error: AwsError, request: Pick<AwsRequest, 'rawPath' | 'id'>): Answer {
  const { code, message, detail } = error;
  const content = {
    Code: code,
    Message: message,
    ...detail,
    Resource: request.rawPath,
    RequestId: request.id,
    HostId: request.id,
  };
  return {
    status: error.status,
    headers: { 'content-type': 'application/xml', ...error.headers },
    body: writeXml('Error', content),
  };
}

/**
 * Who signs a URL cannot know its headers: S3 takes the signed `x-amz-*` parameters for them. A header of that name wins. Parameters
 * about checksums are left out, as S3 leaves them: the JavaScript SDK signs that of an empty body into every URL for an upload.
 */
export function callHeaders({ headers, query }: AwsRequest): Map<string, string> {
  const parameters = query.entries
    .map(([name, value]) => [name.toLowerCase(), Buffer.from(value).toString('latin1')] as const)
    .filter(([name]) => name.startsWith('x-amz-') && !/^x-amz-(sdk-)?checksum-/.test(name));
  return new Map([...parameters, ...headers]);
}
