import { randomUUID } from 'node:crypto';
import { maxHeaderSize, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Answer } from './answer.ts';
import { problem, type Refusal } from './problem.ts';

/** How long a client that still sends may go on after its answer: cut off at once, it might never read it. */
const LINGER_MS = 2_000;

/** What node's parser tells of what it cannot read. */
interface ParseError extends Error {
  readonly code?: string;
  readonly reason?: string;
  /** What came last. */
  readonly rawPacket?: Buffer;
}

/**
 * Answers what never becomes a request, and ends its connection. What belongs to an answer that is on its way already is not answered in the
 * middle of it.
 */
export function refuseUnread(server: Server): void {
  const answering = new WeakMap<Duplex, Set<ServerResponse>>();
  const refused = new WeakSet<Duplex>();

  for (const event of ['request', 'checkContinue', 'checkExpectation'] as const) {
    server.on(event, ({ socket }, response) => {
      const responses = answering.get(socket) ?? new Set();
      answering.set(socket, responses.add(response));
      response.once('close', () => responses.delete(response));
    });
  }
  server.on('clientError', (error: ParseError, socket) => {
    // What comes behind it makes no more sense than it does.
    if (refused.has(socket)) return;
    refused.add(socket);
    const isAnswering = [...(answering.get(socket) ?? [])].some(({ headersSent }) => headersSent);
    if (error.code === 'ECONNRESET' || !socket.writable || isAnswering) socket.destroy();
    else writeLast(socket, problem(refusalOf(error), randomUUID()), isHead(error));
  });
}

const BAD = { status: 400, code: 'BAD_REQUEST' } as const;

/** By the parser's code. https://github.com/nodejs/llhttp/blob/main/src/llhttp/constants.ts */
const REFUSALS: Readonly<Record<string, Refusal>> = {
  HPE_INVALID_URL: {
    ...BAD,
    detail:
      'The URL holds a character that none can: percent-encode it as UTF-8, as in gr%C3%BCn for grün. With curl: -G --data-urlencode prefix=grün',
  },
  HPE_INVALID_CONSTANT: {
    ...BAD,
    detail:
      'The first line is not a method, a target and HTTP/1.1 with one space between: a space in a URL is written %20',
  },
  HPE_INVALID_METHOD: {
    ...BAD,
    detail: 'The method is none that HTTP has: /openapi.json tells which a path takes',
  },
  HPE_HEADER_OVERFLOW: {
    ...{ status: 431, code: 'HEADERS_TOO_LARGE' },
    detail: `The URL and the headers have more than ${maxHeaderSize} bytes together: send fewer or shorter ones`,
  },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: {
    ...{ status: 413, code: 'BODY_TOO_LARGE' },
    detail: 'The chunks of the body have more extensions than are read: send them without',
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    ...{ status: 408, code: 'REQUEST_TIMEOUT' },
    detail: 'The request did not arrive in time: send it again, over a faster line or in smaller parts',
  },
};

function refusalOf({ code = '', reason = 'it cannot be read' }: ParseError): Refusal {
  return REFUSALS[code] ?? { ...BAD, detail: `This is no request of HTTP/1.1: ${reason}` };
}

/** Whose answer has no body, as far as can be told of what was not read. */
function isHead({ rawPacket }: ParseError): boolean {
  return rawPacket?.toString('latin1', 0, HEAD.length) === HEAD;
}

const HEAD = 'HEAD ';

function writeLast(socket: Duplex, { status, headers, body }: Answer, isBodiless: boolean): void {
  const lines = Object.entries({ ...headers, 'content-length': body.length, connection: 'close' });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${head}\r\n${isBodiless ? '' : body}`);
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(timer));
}
