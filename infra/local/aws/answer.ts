import { createReadStream } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';

export interface Answer {
  readonly status: number;
  /** Values as latin1 text; undefined ones are left out. */
  readonly headers?: Readonly<Record<string, string | number | undefined>>;
  /** Text, or bytes of an open file, which is closed in the end. */
  readonly body?: string | FileSlice;
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
  if (!isEmpty && !response.hasHeader('content-length')) {
    response.setHeader('content-length', typeof body === 'string' ? Buffer.byteLength(body) : body.length);
  }
  response.writeHead(status);
  if (typeof body === 'string') {
    response.end(method === 'HEAD' || isEmpty ? '' : body);
    return;
  }
  const { descriptor, offset, length } = body;
  const file = createReadStream('', {
    fd: descriptor,
    start: offset,
    end: offset + length - 1,
    highWaterMark: 2 ** 18,
  });
  await pipeline(file, response).catch(() => response.destroy());
}
