import middy, { type MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { DarkroomError } from '../error.ts';
import type { Logger } from '../logger.ts';
import { type Answer, toGateway } from './answer.ts';
import type { Caller } from './caller.ts';
import { problemAnswer } from './problem.ts';
import { type Incoming, type Place, type Request, toIncoming, toRequest } from './request.ts';
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
  /** What links begin with. @default the address that was asked */
  readonly publicUrl?: string;
  /** Asked before each route, with the incoming request on the event: lib/auth's. */
  readonly authenticate: Middleware;
  /** Told of what is nobody's but the operator's. @default nobody is */
  readonly logger?: Logger;
  /** Done behind each request, before its answer goes. @default nothing */
  readonly afterEach?: () => Promise<void>;
}) {
  const route = async ({ incoming, caller }: HttpEvent): Promise<APIGatewayProxyStructuredResultV2> => {
    if (incoming === undefined || caller === undefined) throw new Error('A request has a route and a caller');
    const handle = options.handlers[incoming.name];
    if (handle === undefined) throw misled(incoming);
    return toGateway(await handle(toRequest(incoming, caller) as never));
  };
  return middy<HttpEvent, APIGatewayProxyStructuredResultV2>()
    .use(behind(options.afterEach))
    .use(deeds(options.logger))
    .use(problems(options.logger))
    .use(parse(options))
    .use(options.authenticate)
    .handler(route);
}

/** The gateway takes `%2F` for a letter and the table takes it for a slash, so such a path may come to a function that does not answer it. */
function misled({ path }: Incoming): DarkroomError {
  return new DarkroomError(
    'NOT_FOUND',
    `There is no ${path} here: its slashes are to be written as they are`,
  );
}

function parse(place: Place): Middleware {
  return {
    before({ event, context }) {
      event.incoming = toIncoming(event, context, place);
    },
  };
}

/** First in, last out: what is noted of a problem is there by then. */
function behind(run: () => Promise<void> = async () => undefined): Middleware {
  return { after: run, onError: run };
}

/** Who did what: a line for each request that is to change something, and for each that is refused for who sends it. */
function deeds(logger: Logger = () => undefined): Middleware {
  const tell: Middleware['after'] = ({ event, response }) => {
    const { caller } = event;
    const path = unsigned(event.rawPath);
    const { http, requestId } = event.requestContext;
    const { method, sourceIp } = http;
    const status = Number(response?.statusCode);
    if (READS.has(method) && !REFUSED.has(status)) return;
    const who = { caller: caller?.name, by: caller?.by, token: caller?.token?.id, sourceIp };
    logger('info', 'request', { requestId, method, path, status, ...who });
  };
  return { after: tell, onError: tell };
}

/** A signed URL whose `?` was escaped, or left out, is a path, and its signature still counts for the URL that it was. */
function unsigned(path: string): string {
  return path.replace(/(signature)(=|%(25)*3d).*$/is, '$1=…');
}

const READS = new Set(['GET', 'HEAD']);
const REFUSED = new Set([401, 403, 429]);

function problems(logger: Logger = () => undefined): Middleware {
  return {
    onError(call) {
      const { requestId, http } = call.event.requestContext;
      const answer = problemAnswer(call.error, requestId);
      if (answer.status >= 500) logger('error', 'request failed', { requestId, error: call.error });
      call.response = toGateway(http.method === 'HEAD' ? { ...answer, body: '' } : answer);
    },
  };
}
