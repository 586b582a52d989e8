import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Failure, MAX_PAYLOAD_BYTES, type Outcome } from './invocation.ts';
import { outcomeOf, parseFailure, tooLarge } from './outcome.ts';

export interface RuntimeApiOptions {
  readonly onOutcome: (requestId: string, outcome: Outcome) => void;
  readonly onInitError: (failure: Failure) => void;
}

export interface RuntimeApi {
  /** `host:port`. */
  readonly address: string;
  close(): void;
}

const ROUTE = /^\/2018-06-01\/runtime\/(?:invocation\/([^/]+)\/(response|error)|init\/(error))$/;

/**
 * The part of the Runtime API that AWS's client speaks over HTTP by itself: answers that are streamed, and what kept it from starting.
 * Events and all other answers go by `rapid-client.mjs`. https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
export async function serveRuntimeApi(options: RuntimeApiOptions): Promise<RuntimeApi> {
  // A handler may take minutes to stream its answer.
  const server = createServer({ keepAliveTimeout: 0, requestTimeout: 0 }, async (request, response) => {
    const [route, requestId, kind] = ROUTE.exec(request.url ?? '') ?? [];
    if (route === undefined) return void response.writeHead(404).end();
    const outcome = await readOutcome(request, kind === 'response').catch(() => undefined);
    if (outcome === undefined) return; // The sandbox died while it spoke, and its end says so.
    response.writeHead(202).end();
    if (requestId !== undefined) options.onOutcome(requestId, outcome);
    else if (!outcome.ok) options.onInitError(outcome);
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));

  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
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
  const trailer = request.trailers['lambda-runtime-function-error-body'];
  if (trailer !== undefined) return parseFailure(Buffer.from(String(trailer), 'base64').toString());
  return outcomeOf(Buffer.concat(chunks).toString(), { failed: !isResponse });
}
