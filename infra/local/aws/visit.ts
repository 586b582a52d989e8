import type { ServerResponse } from 'node:http';
import type { Access, Ask } from './access/access.ts';
import type { Answer } from './answer.ts';
import { AwsError } from './aws-error.ts';
import type { AwsRequest } from './request.ts';
import type { Claim } from './signature/claim.ts';
import type { Scope } from './signature/sigv4.ts';

/** One of the services behind the door: each has its own way to sign a body, to answer and to refuse. */
export interface Service {
  /** Answers the call, or throws what `refuse` then tells. */
  serve(visit: Visit): Promise<void>;
  refuse(error: AwsError, request: AwsRequest): Answer;
  /** Answers a request that bears no signature of its own. @default nobody is let in */
  serveUnsigned?(visit: UnsignedVisit): Promise<void>;
}

/** A request without a claim, such as a form of which a field is signed. */
export interface UnsignedVisit extends Pick<Visit, 'request' | 'response' | 'body'> {
  /** Who an access key belongs to; it is for the service to prove that they signed. */
  findCaller(accessKeyId: string, scope: Scope): Caller | undefined;
}

/** Who holds an access key. */
export interface Caller {
  readonly secret: string;
  /** What they may do. */
  readonly access: Access;
  /** To be called between the proof and the deed: throws unless they may do all that is asked, then tells those who watch. */
  admit(operation: string, resource: string, asks: readonly Ask[]): Promise<void>;
}

/** A call that is authentic and allowed, before it runs. */
export interface ObservedCall {
  readonly service: string;
  /** As AWS names it, such as `PutObject`. */
  readonly operation: string;
  readonly accessKeyId: string;
  /** `bucket`, `bucket/key`, a queue's or a table's name. */
  readonly resource: string;
}

/** A request with the claim that it bears, which `verify` has yet to prove. */
export interface Visit extends Pick<Caller, 'access' | 'admit'> {
  readonly request: AwsRequest;
  readonly response: ServerResponse;
  readonly claim: Claim;
  /** Asks for the body only when it is read, so that who waits for `100 Continue` is refused before sending it. */
  readonly body: AsyncIterable<Buffer>;
  /** Throws unless the signature is right with this for the body; returns the key for what is signed further. */
  verify(payload: string): Buffer;
}

/** A body as a whole. Throws RequestEntityTooLarge. */
export async function readWhole({ body, request }: Visit, maxBytes: number): Promise<Buffer> {
  const tooLarge = new AwsError('RequestEntityTooLarge', 413, `A request may have ${maxBytes} bytes.`);
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge;
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of body) {
    size += piece.length;
    if (size > maxBytes) throw tooLarge;
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/** What the JSON protocols call that which S3 says of a signature. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html */
const AUTHENTICATION_ERRORS: Readonly<Record<string, readonly [code: string, status: number]>> = {
  AccessDenied: ['MissingAuthenticationTokenException', 400],
  AuthorizationHeaderMalformed: ['IncompleteSignatureException', 400],
  AuthorizationQueryParametersError: ['IncompleteSignatureException', 400],
  InvalidAccessKeyId: ['UnrecognizedClientException', 400],
  RequestTimeTooSkewed: ['InvalidSignatureException', 400],
  SignatureDoesNotMatch: ['InvalidSignatureException', 400],
};

export function asJsonError(error: AwsError): AwsError {
  const [code, status] = AUTHENTICATION_ERRORS[error.code] ?? [error.code, error.status];
  return new AwsError(code, status, error.message);
}
