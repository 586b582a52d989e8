import { type Answer, sendAnswer } from '../answer.ts';
import type { ChunkSigner } from '../body/aws-chunked.ts';
import { checkRegion } from '../signature/verify.ts';
import type { Service, Visit } from '../visit.ts';
import type { S3Call, S3Context } from './call.ts';
import { corsHeaders, preflight } from './cors.ts';
import { s3Error } from './errors.ts';
import { findOperation, type OperationRow } from './find-operation.ts';
import { hideMissing, s3Asks } from './permissions.ts';
import { postObject } from './post-object.ts';
import { callHeaders, readS3Call, refuseS3 } from './wire.ts';

/** Words for a body that is not signed by its hash, and whether each of its chunks is signed instead. */
const PAYLOADS: Readonly<Record<string, { readonly signsChunks: boolean }>> = {
  'UNSIGNED-PAYLOAD': { signsChunks: false },
  'STREAMING-UNSIGNED-PAYLOAD-TRAILER': { signsChunks: false },
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD': { signsChunks: true },
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER': { signsChunks: true },
};

export function s3Service(s3: S3Context): Service {
  return {
    async serve(visit) {
      if (await greet(s3, visit)) return;
      checkRegion(visit.claim, s3.region);
      const headers = callHeaders(visit.request);
      const signer = prove(visit, headers.get('x-amz-content-sha256'));
      const call = readS3Call(visit, { headers, signer, accountId: s3.accountId });
      const operation = findOperation(call);
      const resource = call.key === '' ? call.bucket : `${call.bucket}/${call.key}`;
      await visit.admit(operation.name, resource, s3Asks(operation.name, call));
      await sendAnswer(visit.response, await run(operation, s3, call), call.method);
    },
    async serveUnsigned(visit) {
      if (await greet(s3, visit)) return;
      const { method, headers } = visit.request;
      const isForm = method === 'POST' && /^multipart\/form-data/i.test(headers.get('content-type') ?? '');
      if (!isForm) throw s3Error('AccessDenied');
      await postObject(s3, visit);
    },
    refuse: refuseS3,
  };
}

/** Tells a browser what its page may do with the answer, whatever that will be. Whether this was all that it asked. */
async function greet(
  s3: S3Context,
  { request, response }: Pick<Visit, 'request' | 'response'>,
): Promise<boolean> {
  for (const [name, value] of Object.entries(corsHeaders(s3, request))) response.setHeader(name, value);
  if (request.method !== 'OPTIONS') return false;
  await sendAnswer(response, preflight(s3, request), request.method);
  return true;
}

async function run(operation: OperationRow, s3: S3Context, call: S3Call): Promise<Answer> {
  try {
    return await operation.run(s3, call);
  } catch (error) {
    throw hideMissing(error, call);
  }
}

/** Checks the signature, which covers the body by hash or by word. Returns what has to sign the chunks, if anything has. */
function prove({ claim, verify }: Visit, header: string | undefined): ChunkSigner | undefined {
  const payload = header ?? (claim.by === 'query' ? 'UNSIGNED-PAYLOAD' : undefined);
  if (payload === undefined) {
    throw s3Error('InvalidRequest', 'Missing required header for this request: x-amz-content-sha256');
  }
  if (!/^[0-9a-f]{64}$/.test(payload) && !Object.hasOwn(PAYLOADS, payload)) {
    const words = Object.keys(PAYLOADS).join(', ');
    throw s3Error('InvalidArgument', `x-amz-content-sha256 must be ${words}, or a valid sha256 value.`);
  }
  const key = verify(payload);
  if (PAYLOADS[payload]?.signsChunks !== true) return undefined;
  return { key, timestamp: claim.timestamp, scope: claim.scope, seed: claim.signature };
}
