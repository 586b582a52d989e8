import type { IncomingMessage, ServerResponse } from 'node:http';
import type { InvokeResult, LambdaFunction } from '../lambda/function.ts';
import { REFUSALS } from '../lambda/invocation.ts';
import type { LogLine } from '../lambda/log-line.ts';
import type { RouteSpec } from '../topology/topology.ts';
import { type Answer, functionAnswer, plainAnswer } from './answer.ts';
import { badTarget, judgeRequest } from './judge-request.ts';
import { problem } from './problem.ts';
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

const UNAVAILABLE = { status: 503, code: 'UNAVAILABLE' } as const;

/** What a function that was not asked means for the caller. Whatever it did itself is a 500. */
const ANSWERS: Readonly<Record<string, (requestId: string) => Answer>> = {
  [REFUSALS.tooLarge.errorType]: () => plainAnswer(413),
  [REFUSALS.tooMany.errorType]: (id) =>
    soon(
      problem({ ...UNAVAILABLE, detail: 'More requests wait than this machine takes: ask again soon' }, id),
    ),
  [REFUSALS.stopping.errorType]: (id) =>
    soon(problem({ ...UNAVAILABLE, detail: 'Darkroom is stopping: ask again once it runs' }, id)),
};

/** From a request to its answer. Rejects when the client goes away while it sends. */
export async function respond(exchange: Exchange): Promise<Answer> {
  const { request, response, requestId, findRoute, isThrottled, domainNameOf } = exchange;
  const receivedAt = new Date();
  const refusal = judgeRequest(request);
  if (refusal !== undefined) return problem(refusal, requestId);
  const target = parseTarget(request.url ?? '');
  if (target === undefined) return problem(badTarget(request), requestId);
  const match = findRoute(request.method ?? '', target.path);
  if (match === undefined) return plainAnswer(404);
  if (isThrottled(match.route.key)) return soon(plainAnswer(429));
  const body = await readBody(request, response);
  if (body === undefined) return plainAnswer(413);

  const domainName = domainNameOf(request);
  const event = requestEvent({ request, target, match, body, domainName, requestId, receivedAt });
  const result = await invoke(match.route, event, response);
  return result?.ok ? functionAnswer(result.payload) : failureAnswer(result, match.route, exchange);
}

/** It is worth asking again then. */
function soon(answer: Answer): Answer {
  return { ...answer, headers: { ...answer.headers, 'retry-after': '1' } };
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
  const answer =
    result === undefined
      ? soon(plainAnswer(503))
      : (ANSWERS[result.errorType]?.(requestId) ?? plainAnswer(500));
  const why = result ? `${result.errorType}: ${result.errorMessage}` : `no answer within ${timeoutMs} ms`;
  const text = `${key} answers ${answer.status}, ${why}`;
  if (!response.destroyed) {
    log({ name: 'gateway', stream: 'runtime', requestId: result?.requestId ?? requestId, text });
  }
  return answer;
}
