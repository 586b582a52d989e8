import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Answer } from './answer.ts';

/** How long a client that still sends may go on after its answer: cut off at once, it might never read it. */
const LINGER_MS = 2_000;

/** Writes an answer with the length that its body has, and without a body where HTTP has none (HEAD, 204, 304). */
export function writeAnswer(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
  if (response.destroyed) return;
  const { status, headers, body } = answer;
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (status === 204) response.removeHeader('content-length');
  else if (request.method !== 'HEAD' && status !== 304) response.setHeader('content-length', body.length);
  // What the function says of a body that it leaves out stands, or else what it would be.
  else if (body.length > 0 && !response.hasHeader('content-length')) {
    response.setHeader('content-length', body.length);
  }
  if (request.complete) response.end(body);
  else endLate(request, response, body);
}

function endLate(request: IncomingMessage, response: ServerResponse, body: Buffer): void {
  response.setHeader('connection', 'close');
  response.flushHeaders();
  response.write(body);
  request.resume();
  const timer = setTimeout(() => response.end(), LINGER_MS);
  request.once('close', () => {
    clearTimeout(timer);
    response.end();
  });
}
