import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { readQuery } from '../../../../../infra/local/aws/request.ts';
import {
  canonicalRequest,
  scopeText,
  sha256,
  sign,
  signingKey,
  stringToSign,
} from '../../../../../infra/local/aws/signature/sigv4.ts';
import { CREDENTIALS } from '../live-endpoint.ts';

/** A connection on which anything can be said. */
export async function open(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket.resume();
}

/** Until the connection is gone, however it went. */
export function gone(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) resolve();
    socket.once('close', () => resolve());
  });
}

/** For the first answer, and for whatever may follow it. */
const ANSWER_MS = 3_000;
const QUIET_MS = 100;

/** Sends bytes as they are (text as latin1). Returns all that came back until the server closed, or had nothing more to say. */
export async function sendRaw(url: string, request: string | Buffer): Promise<string> {
  const socket = await open(url);
  const chunks: Buffer[] = [];
  let until = performance.now() + ANSWER_MS;
  socket.on('data', (chunk) => {
    chunks.push(chunk);
    until = performance.now() + QUIET_MS;
  });
  socket.write(typeof request === 'string' ? Buffer.from(request, 'latin1') : request);
  while (!socket.closed && performance.now() < until) await sleep(10);
  socket.destroy();
  return Buffer.concat(chunks).toString('latin1');
}

/** The status of the first answer; 0 when there was none. */
export function statusOf(answer: string): number {
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0);
}

/** How many answers came. */
export function answersIn(answer: string): number {
  return answer.match(/HTTP\/1\.1 \d{3}/g)?.length ?? 0;
}

/** What no answer may hold: a stack, or a path of this machine. */
export const LEAK = /\n\s+at |node:|\.ts\b|\/tmp\/|\/home\/|node_modules/;

/** A request whose target is signed just as it stands, where a client's library would tidy it up. */
export function rawRequest(
  url: string,
  { method = 'PUT', target, body = '', more = '' }: RawRequest,
): string {
  const { host } = new URL(url);
  const timestamp = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const scope = { date: timestamp.slice(0, 8), region: 'us-east-1', service: 's3' };
  const headers = { host, 'x-amz-content-sha256': sha256(body), 'x-amz-date': timestamp };
  const names = Object.keys(headers);
  const [rawPath = '', query = ''] = target.split('?');
  const signable = {
    method,
    rawPath,
    path: '',
    query: readQuery(query),
    headers: new Map(Object.entries(headers)),
  };
  const canonical = canonicalRequest(signable, names, headers['x-amz-content-sha256'], rawPath);
  const key = signingKey(CREDENTIALS.secretAccessKey, scope);
  const signature = sign(key, stringToSign(canonical, timestamp, scope));
  const credential = `${CREDENTIALS.accessKeyId}/${scopeText(scope)}`;
  const lines = [
    `${method} ${target} HTTP/1.1`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    `authorization: AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names.join(';')}, Signature=${signature}`,
    `content-length: ${body.length}`,
  ];
  return `${lines.join('\r\n')}\r\n${more}\r\n${body}`;
}

interface RawRequest {
  readonly method?: string;
  readonly target: string;
  readonly body?: string;
  /** Further header lines, each with its end. */
  readonly more?: string;
}
