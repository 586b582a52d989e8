import type { IncomingMessage, ServerResponse } from 'node:http';
import { type CallerOptions, callerOf } from './access/caller.ts';
import { sendAnswer } from './answer.ts';
import { AwsError } from './aws-error.ts';
import { type AwsRequest, readRequest } from './request.ts';
import { s3Error } from './s3/errors.ts';
import { refuseS3 } from './s3/wire.ts';
import { readClaim } from './signature/claim.ts';
import type { Scope } from './signature/sigv4.ts';
import { verifySignature } from './signature/verify.ts';
import type { Caller, Service } from './visit.ts';

export interface DoorOptions extends CallerOptions {
  /** By the service in the scope of a signature. */
  readonly services: Readonly<Record<string, Service>>;
  readonly newId: () => string;
  readonly log: (line: Record<string, unknown>) => void;
}

/** Takes in each request, finds out who sends it and for which service, and answers with what that service says. Never rejects. */
export function openDoor(
  options: DoorOptions,
): (message: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (message, response) => {
    const id = options.newId().slice(0, 16).toUpperCase();
    response.setHeader('x-amz-request-id', id);
    response.setHeader('x-amz-id-2', id);
    let request: AwsRequest | undefined;
    try {
      request = readRequest(message, id);
      await serve(options, request, response);
    } catch (error) {
      await refuse(options, request ?? { rawPath: message.url ?? '', id }, { error, message, response });
    }
    if (!message.complete) message.resume();
  };
}

async function serve(options: DoorOptions, request: AwsRequest, response: ServerResponse): Promise<void> {
  const { services, now } = options;
  const findCaller = (accessKeyId: string, scope: Scope): Caller | undefined =>
    callerOf(options, request, accessKeyId, scope);
  const claim = readClaim(request);
  const body = bodyOf(request.message, response);
  if (claim === undefined) {
    const { serveUnsigned } = serviceOf(services, seemsToWant(request));
    if (serveUnsigned === undefined) throw s3Error('AccessDenied');
    return serveUnsigned({ request, response, body, findCaller });
  }
  const caller = findCaller(claim.accessKeyId, claim.scope);
  if (caller === undefined) {
    throw s3Error('InvalidAccessKeyId', undefined, { detail: { AWSAccessKeyId: claim.accessKeyId } });
  }
  const service = serviceOf(services, claim.scope.service);
  await service.serve({
    request,
    response,
    claim,
    body,
    access: caller.access,
    admit: caller.admit,
    verify: (payload) => verifySignature(request, claim, caller.secret, { payload, now: now() }),
  });
}

function serviceOf(services: DoorOptions['services'], name: string): Service {
  const service = Object.hasOwn(services, name) ? services[name] : undefined;
  if (service) return service;
  throw s3Error('NotImplemented', `There is no service ${name} here`);
}

/** Leaves the connection open when the reader stops early: the refusal has to go out on it. */
async function* bodyOf(message: IncomingMessage, response: ServerResponse): AsyncGenerator<Buffer> {
  if (message.headers.expect?.toLowerCase() === '100-continue') response.writeContinue();
  yield* message.iterator({ destroyOnReturn: false });
}

interface Failed {
  readonly error: unknown;
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
}

/** Tells the caller in the words of the service that it seems to want. What nobody foresaw is logged and told as an outage. */
async function refuse(
  { services, log }: DoorOptions,
  request: AwsRequest | Pick<AwsRequest, 'rawPath' | 'id'>,
  { error, message, response }: Failed,
): Promise<void> {
  if (response.destroyed || message.errored) return;
  if (!(error instanceof AwsError)) {
    const text = error instanceof Error ? error.stack : String(error);
    log({
      level: 'error',
      part: 'aws',
      requestId: request.id,
      method: message.method,
      path: request.rawPath,
      error: text,
    });
  }
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const told = error instanceof AwsError ? error : s3Error('InternalError');
  const service = 'message' in request ? services[seemsToWant(request)] : undefined;
  const answer = service && 'message' in request ? service.refuse(told, request) : refuseS3(told, request);
  await sendAnswer(response, answer, message.method ?? 'GET');
}

/** How the JSON protocols name their service in a header. */
const TARGETS = [
  ['AmazonSQS.', 'sqs'],
  ['DynamoDB_', 'dynamodb'],
  ['AWSEvents.', 'events'],
] as const;

/** The service for whose client an error is put into words, before any signature is proven. */
function seemsToWant({ headers, query }: AwsRequest): string {
  const credential = query.get('X-Amz-Credential') ?? headers.get('authorization') ?? '';
  const [, scope] = /\/\d{8}\/[^/]+\/([a-z0-9-]+)\/aws4_request/.exec(credential) ?? [];
  const target = headers.get('x-amz-target') ?? '';
  if (scope !== undefined) return scope;
  return TARGETS.find(([start]) => target.startsWith(start))?.[1] ?? 's3';
}
