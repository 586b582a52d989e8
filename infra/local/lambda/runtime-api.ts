import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Failure, type Invocation, MAX_PAYLOAD_BYTES, type Outcome } from './invocation.ts';

export interface RuntimeApiOptions {
  /** Has to come with each request for an event: any process of this machine reaches a loopback port. */
  readonly token: string;
  /** The sandbox asks for its next invocation; `RuntimeApi.hand` answers. */
  readonly onNext: () => void;
  readonly onOutcome: (requestId: string, outcome: Outcome) => void;
  readonly onInitError: (failure: Failure) => void;
}

export interface RuntimeApi {
  /** `host:port`. */
  readonly address: string;
  hand(invocation: Invocation, headers: Readonly<Record<string, string>>): void;
  close(): void;
}

const ROUTE =
  /^\/2018-06-01\/runtime\/(?:invocation\/(next)|invocation\/([^/]+)\/(response|error)|init\/(error))$/;

/** The Runtime API of one sandbox. https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html */
export async function serveRuntimeApi(options: RuntimeApiOptions): Promise<RuntimeApi> {
  let asking: ServerResponse | undefined;

  // A handler may take minutes: the connection that waits for it must not be closed as idle, nor its answer as slow.
  const server = createServer({ keepAliveTimeout: 0, requestTimeout: 0 }, async (request, response) => {
    const [, next, requestId, kind] = ROUTE.exec(request.url ?? '') ?? [];
    if (next !== undefined) {
      if (request.headers['darkroom-sandbox'] !== options.token) return void response.writeHead(403).end();
      asking = response;
      return options.onNext();
    }
    const outcome = await readOutcome(request, kind === 'response').catch(() => undefined);
    if (outcome === undefined) return; // The sandbox died while it spoke, and its end says so.
    response.writeHead(202).end();
    if (requestId !== undefined) options.onOutcome(requestId, outcome);
    else if (!outcome.ok) options.onInitError(outcome);
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));

  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    hand(invocation, headers) {
      asking?.writeHead(200, { ...headers, 'content-type': 'application/json' }).end(invocation.payload);
      asking = undefined;
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** A streamed answer tells by its trailers that the handler threw half-way. */
async function readOutcome(request: IncomingMessage, isResponse: boolean): Promise<Outcome> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MAX_PAYLOAD_BYTES) chunks.push(chunk);
  }
  if (size > MAX_PAYLOAD_BYTES) return tooLarge(size);
  const body = Buffer.concat(chunks);
  const trailer = request.trailers['lambda-runtime-function-error-body'];
  if (isResponse && trailer === undefined) return { ok: true, payload: body.toString() };
  return parseFailure(trailer === undefined ? body : Buffer.from(trailer, 'base64'));
}

function tooLarge(size: number): Failure {
  return {
    ok: false,
    errorType: 'Function.ResponseSizeTooLarge',
    errorMessage: `Response payload size (${size} bytes) exceeded maximum allowed payload size (${MAX_PAYLOAD_BYTES} bytes).`,
  };
}

function parseFailure(body: Buffer): Failure {
  const { errorType, errorMessage } = parseObject(body.toString());
  return {
    ok: false,
    errorType: typeof errorType === 'string' ? errorType : 'Unhandled',
    errorMessage: typeof errorMessage === 'string' ? errorMessage : '',
  };
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
