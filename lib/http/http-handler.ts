import middy, { type MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { type Answer, toGateway } from './answer.ts';
import { problemAnswer } from './problem.ts';
import { type Request, toRequest } from './request.ts';
import type { RouteName } from './routes.ts';

export type RouteHandler = (request: Request) => Promise<Answer>;

/** An event with the request that was made of it on the way in. */
export type HttpEvent = APIGatewayProxyEventV2 & { request?: Request };

export type Middleware = MiddlewareObj<HttpEvent, APIGatewayProxyStructuredResultV2, Error, Context>;

/**
 * A function behind the gateway: makes the request of the event, checks who asks, lets the route answer, and turns whatever is
 * thrown on the way into a problem document.
 */
export function httpHandler(options: {
  readonly handlers: Partial<Record<RouteName, RouteHandler>>;
  readonly basePath: string;
  /** Asked before each route, with the request on the event: lib/auth's. */
  readonly authenticate: Middleware;
}) {
  const route = async (event: HttpEvent): Promise<APIGatewayProxyStructuredResultV2> => {
    const { request } = event;
    const handle = request && options.handlers[request.name];
    if (request === undefined || handle === undefined)
      throw new Error(`${request?.name ?? 'no route'} is routed to a function that does not answer it`);
    return toGateway(await handle(request));
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
      event.request = toRequest(event, basePath);
    },
  };
}

function problems(): Middleware {
  return {
    onError(call) {
      const { requestId } = call.event.requestContext;
      const answer = problemAnswer(call.error, requestId);
      if (answer.status >= 500) {
        console.error(
          JSON.stringify({ level: 'error', message: 'request failed', requestId, error: call.error?.stack }),
        );
      }
      call.response = toGateway(answer);
    },
  };
}
