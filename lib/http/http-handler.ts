import middy, { type MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { type Answer, toGateway } from './answer.ts';
import type { Caller } from './caller.ts';
import { problemAnswer } from './problem.ts';
import { type Incoming, type Request, toIncoming, toRequest } from './request.ts';
import type { RouteName } from './routes.ts';

/** What answers each route of a function. */
export type RouteHandlers = { readonly [N in RouteName]?: (request: Request<N>) => Promise<Answer> };

/** An event with what was made of it on the way in. */
export type HttpEvent = APIGatewayProxyEventV2 & { incoming?: Incoming; caller?: Caller };

export type Middleware = MiddlewareObj<HttpEvent, APIGatewayProxyStructuredResultV2, Error, Context>;

/**
 * A function behind the gateway: finds the route, checks who asks, reads what is asked by the route's row, lets the route answer, and
 * turns whatever is thrown on the way into a problem document.
 */
export function httpHandler(options: {
  readonly handlers: RouteHandlers;
  readonly basePath: string;
  /** Asked before each route, with the incoming request on the event: lib/auth's. */
  readonly authenticate: Middleware;
}) {
  const route = async ({ incoming, caller }: HttpEvent): Promise<APIGatewayProxyStructuredResultV2> => {
    const handle = incoming && options.handlers[incoming.name];
    if (incoming === undefined || handle === undefined || caller === undefined)
      throw new Error(`${incoming?.name ?? 'no route'} is routed to a function that does not answer it`);
    return toGateway(await handle(toRequest(incoming, caller) as never));
  };
  return middy<HttpEvent, APIGatewayProxyStructuredResultV2>()
    .use(problems())
    .use(parse(options.basePath))
    .use(options.authenticate)
    .handler(route);
}

function parse(basePath: string): Middleware {
  return {
    before({ event }) {
      event.incoming = toIncoming(event, basePath);
    },
  };
}

function problems(): Middleware {
  return {
    onError(call) {
      const { requestId, http } = call.event.requestContext;
      const answer = problemAnswer(call.error, requestId);
      if (answer.status >= 500) {
        console.error(
          JSON.stringify({ level: 'error', message: 'request failed', requestId, error: call.error?.stack }),
        );
      }
      call.response = toGateway(http.method === 'HEAD' ? { ...answer, body: '' } : answer);
    },
  };
}
