import { type IncomingMessage, type RequestOptions, request } from 'node:http';
import { connect } from 'node:net';
import { type Gateway, type GatewayOptions, startGateway } from '../../../../infra/local/gateway/gateway.ts';
import type { LogLine } from '../../../../infra/local/lambda/log-line.ts';
import { temporaryFunctions } from '../lambda/temporary-functions.ts';

/** Answers as the query says: `answer` is the result itself, `echo` gives the body back, else it tells the event. */
const HANDLER = `
export const handler = async (event) => {
  const query = event.queryStringParameters ?? {};
  if (query.sleep) await new Promise((resolve) => setTimeout(resolve, Number(query.sleep)));
  if (query.throw) throw new Error('a secret');
  if (query.size) return { statusCode: 200, body: 'x'.repeat(Number(query.size)) };
  if (query.answer) return JSON.parse(query.answer);
  if (!query.echo) return event;
  const { body, isBase64Encoded } = event;
  return { statusCode: 200, headers: { 'content-type': 'image/png' }, body, isBase64Encoded };
};`;

const functionArn = 'arn:aws:lambda:eu-north-1:123456789012:function:trial';
const KEYS = ['GET /health', 'GET /images/{path+}', 'HEAD /images/{path+}', 'POST /images/{path+}'];

export interface TrialGateway {
  readonly gateway: Gateway;
  readonly lines: LogLine[];
  /** Sends a request as it is: fetch would tidy up paths and headers. */
  send(path: string, options?: RequestOptions, body?: string | Buffer): Promise<Received>;
  /** What comes back for raw text until the server closes the connection. */
  converse(text: string): Promise<string>;
  close(): Promise<void>;
}

export interface Received {
  readonly status: number | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** A gateway on a free port, with a real function behind it. */
export async function trialGateway(
  timeoutMs = 29_000,
  throttle?: GatewayOptions['throttle'],
): Promise<TrialGateway> {
  const functions = temporaryFunctions();
  const { lines } = functions;
  const fn = functions.start(HANDLER, { memoryMb: 512 }, { maxConcurrency: 3 });
  const gateway = await startGateway({
    host: '127.0.0.1',
    port: 0,
    routes: KEYS.map((key) => ({ key, functionArn, timeoutMs })),
    functions: new Map([[functionArn, fn]]),
    throttle,
    log: (line) => lines.push(line),
  });
  return {
    gateway,
    lines,
    send: (path, options = {}, body) =>
      send({ host: '127.0.0.1', port: gateway.port, path, ...options }, body),
    converse: (text) => converse(gateway.port, text),
    async close() {
      await gateway.close();
      await functions.close();
    },
  };
}

function send(options: RequestOptions, body?: string | Buffer): Promise<Received> {
  return new Promise((resolve, reject) => {
    const sent = request(options, async (response) => {
      const chunks: Buffer[] = await response.toArray();
      resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) });
    });
    sent.on('error', reject);
    if (!sent.hasHeader('expect')) return void sent.end(body);
    sent.on('continue', () => sent.end(body));
    sent.flushHeaders();
  });
}

function converse(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}
