import type { IncomingMessage, ServerResponse } from 'node:http';
import type { InvokeResult, LambdaFunction } from '../lambda/function.ts';
import { REFUSALS } from '../lambda/invocation.ts';
import type { LogLine } from '../lambda/log-line.ts';
import type { RouteSpec } from '../topology/topology.ts';
import { type Answer, functionAnswer, plainAnswer } from './answer.ts';
import { readBody } from './read-body.ts';
import { parseTarget, requestEvent } from './request-event.ts';
import type { RouteTable } from './route-table.ts';

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly requestId: string;
  readonly findRoute: RouteTable<BoundRoute>;
  /** By the route's key. */
  readonly isThrottled: (routeKey: string) => boolean;
  /** What this server is called in answer to a request. */
  readonly domainNameOf: (request: IncomingMessage) => string;
  readonly log: (line: LogLine) => void;
}

export type BoundRoute = RouteSpec & { readonly fn: LambdaFunction };

/** What a function that did not answer means for the caller. Whatever it did itself is a 500. */
const STATUS: Readonly<Record<string, 413 | 503>> = {
  [REFUSALS.tooLarge.errorType]: 413,
  [REFUSALS.tooMany.errorType]: 503,
  [REFUSALS.stopping.errorType]: 503,
};

/** From a request to its answer. Rejects when the client goes away while it sends. */
export async function respond(exchange: Exchange): Promise<Answer> {
  const { request, response, requestId, findRoute, isThrottled, domainNameOf } = exchange;
  const receivedAt = new Date();
  const target = parseTarget(request.url ?? '');
  if (target === undefined) return plainAnswer(400);
  const match = findRoute(request.method ?? '', target.path);
  if (match === undefined) return plainAnswer(404);
  if (isThrottled(match.route.key)) return plainAnswer(429);
  const body = await readBody(request, response);
  if (body === undefined) return plainAnswer(413);

  const domainName = domainNameOf(request);
  const event = requestEvent({ request, target, match, body, domainName, requestId, receivedAt });
  const result = await invoke(match.route, event, response);
  return result?.ok ? functionAnswer(result.payload) : failureAnswer(result, match.route, exchange);
}

/** Undefined when it takes longer than the route allows, or the client is gone: then the function goes on for nobody. */
async function invoke(
  { fn, timeoutMs }: BoundRoute,
  event: unknown,
  response: ServerResponse,
): Promise<InvokeResult | undefined> {
  const leave = new AbortController();
  const timer = setTimeout(() => leave.abort(), timeoutMs);
  response.once('close', () => leave.abort());
  try {
    return await fn.invoke(event, { signal: leave.signal });
  } catch (error) {
    if (leave.signal.aborted) return undefined;
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function failureAnswer(
  result: Exclude<InvokeResult, { ok: true }> | undefined,
  { key, timeoutMs }: BoundRoute,
  { response, requestId, log }: Exchange,
): Answer {
  const status = result === undefined ? 503 : (STATUS[result.errorType] ?? 500);
  const why = result ? `${result.errorType}: ${result.errorMessage}` : `no answer within ${timeoutMs} ms`;
  const text = `${key} answers ${status}, ${why}`;
  if (!response.destroyed) {
    log({ name: 'gateway', stream: 'runtime', requestId: result?.requestId ?? requestId, text });
  }
  return plainAnswer(status);
}
