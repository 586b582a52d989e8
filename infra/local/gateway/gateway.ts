import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerOptions, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import type { LambdaFunction } from '../lambda/function.ts';
import type { LogLine } from '../lambda/log-line.ts';
import type { RouteSpec } from '../topology/topology.ts';
import { plainAnswer } from './answer.ts';
import { ownHost } from './own-host.ts';
import { refuseUnread } from './refuse-unread.ts';
import { respond } from './respond.ts';
import { routeTable } from './route-table.ts';
import { type Throttle, throttled } from './throttle.ts';
import { writeAnswer } from './write-answer.ts';

const TIMES = {
  /** For a client to send its headers, and its whole request: 4 MB over a slow line. */
  headersTimeout: 15_000,
  requestTimeout: 120_000,
  connectionsCheckingInterval: 1_000,
  /** Longer than clients keep a connection themselves, so that they close it first. */
  keepAliveTimeout: 65_000,
  /** Who sends no Host is told so by us. */
  requireHostHeader: false,
} as const satisfies ServerOptions;

/** How long `close` waits for requests that run. */
const CLOSE_MS = 5_000;

export interface GatewayOptions {
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  readonly routes: readonly RouteSpec[];
  /** By ARN. */
  readonly functions: ReadonlyMap<string, LambdaFunction>;
  /** @default no limit */
  readonly throttle?: Throttle | undefined;
  readonly log: (line: LogLine) => void;
}

export interface Gateway {
  readonly url: string;
  readonly port: number;
  /** Takes no more connections, gives running requests 5 s, then cuts them. */
  close(): Promise<void>;
}

/** An HTTP API of API Gateway on this machine: one route and one function to a request. Rejects when the port is taken. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { functions, throttle, log } = options;
  const isThrottled = throttle === undefined ? () => false : throttled(throttle, Date.now);
  const findRoute = routeTable(options.routes.map((route) => ({ ...route, fn: target(route, functions) })));
  const server = createServer(TIMES);
  refuseUnread(server);
  server.on('request', serve);
  // Without a listener node asks for the body before anybody has looked at its length, and says nothing of what else may be expected.
  server.on('checkContinue', serve).on('checkExpectation', serve);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port, options.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  const names = [options.host, hostname()].map((name) => name.toLowerCase());
  const domainNameOf = ({ headers, socket }: IncomingMessage): string => {
    const { localAddress, localPort } = socket;
    return ownHost({ host: headers.host, localAddress, localPort }, names);
  };
  return { url: `http://${host}:${port}`, port, close };

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = randomUUID();
    response.setHeader('apigw-requestid', requestId);
    const exchange = { request, response, requestId, findRoute, isThrottled, domainNameOf, log };
    const answer = await respond(exchange).catch((error) => {
      if (!request.destroyed) log({ name: 'gateway', stream: 'runtime', requestId, text: String(error) });
      return plainAnswer(500);
    });
    if (!server.listening) response.setHeader('connection', 'close');
    writeAnswer(request, response, answer);
  }

  async function close(): Promise<void> {
    const timer = setTimeout(() => server.closeAllConnections(), CLOSE_MS);
    await new Promise((resolve) => {
      server.close(resolve);
    });
    clearTimeout(timer);
  }
}

function target(route: RouteSpec, functions: GatewayOptions['functions']): LambdaFunction {
  const fn = functions.get(route.functionArn);
  if (fn === undefined)
    throw new Error(`Route ${route.key} leads to ${route.functionArn}, which is not running`);
  return fn;
}
