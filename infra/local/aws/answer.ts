import { closeSync, createReadStream, readSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export interface Answer {
  readonly status: number;
  /** Values as latin1 text; undefined ones are left out. */
  readonly headers?: Readonly<Record<string, string | number | undefined>>;
  /** Text, or bytes of an open file, which is closed in the end, or a stream of which the headers tell the length. */
  readonly body?: string | FileSlice | Readable;
}

export interface FileSlice {
  readonly descriptor: number;
  readonly offset: number;
  readonly length: number;
}

/** Sends an answer whole. An answer that cannot be finished ends its connection, so that nobody takes it for complete. */
export async function sendAnswer(response: ServerResponse, answer: Answer, method: string): Promise<void> {
  const { status, headers = {}, body = '' } = answer;
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) response.setHeader(name, value);
  }
  const isEmpty = status === 204 || status === 304;
  if (!isEmpty && !response.hasHeader('content-length') && !(body instanceof Readable)) {
    response.setHeader('content-length', typeof body === 'string' ? Buffer.byteLength(body) : body.length);
  }
  response.writeHead(status);
  if (typeof body === 'string') {
    response.end(method === 'HEAD' || isEmpty ? '' : body);
    return;
  }
  try {
    if (!(body instanceof Readable) && body.length <= ONE_PIECE_BYTES) response.end(readSlice(body));
    else await pipeline(body instanceof Readable ? body : openSlice(body), response);
  } catch {
    response.destroy();
  }
}

/** So few bytes are read at once: waking a thread for them costs more than the reading. */
const ONE_PIECE_BYTES = 2 ** 18;

function readSlice({ descriptor, offset, length }: FileSlice): Buffer {
  try {
    const bytes = Buffer.allocUnsafe(length);
    const read = readSync(descriptor, bytes, 0, length, offset);
    if (read === length) return bytes;
    throw new Error(`A file ends ${length - read} bytes early`);
  } finally {
    closeSync(descriptor);
  }
}

function openSlice({ descriptor, offset, length }: FileSlice): Readable {
  const end = offset + length - 1;
  return createReadStream('', { fd: descriptor, start: offset, end, highWaterMark: 2 ** 20 });
}
