import { closeSync, read, readSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';

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
    if (body instanceof Readable) await pipeline(body, response);
    else if (body.length <= ONE_PIECE_BYTES) response.end(readSlice(body));
    else await sendSlice(response, body);
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

/** What is read and written at a time. */
const TURN_BYTES = 2 ** 19;

/** Two buffers by turns: while one is on its way to the caller, the other is filled. A new one for each piece would be garbage by the gigabyte. */
async function sendSlice(response: ServerResponse, { descriptor, offset, length }: FileSlice): Promise<void> {
  const buffers = [Buffer.allocUnsafeSlow(TURN_BYTES), Buffer.allocUnsafeSlow(TURN_BYTES)] as const;
  let sending = Promise.resolve();
  try {
    for (let at = 0, turn: 0 | 1 = 0; at < length; turn = turn === 0 ? 1 : 0) {
      const wanted = Math.min(TURN_BYTES, length - at);
      const { bytesRead } = await readAt(descriptor, buffers[turn], 0, wanted, offset + at);
      if (bytesRead === 0) throw new Error(`A file ends ${length - at} bytes early`);
      await sending;
      sending = written(response, buffers[turn].subarray(0, bytesRead));
      sending.catch(() => undefined);
      at += bytesRead;
    }
    await sending;
    response.end();
  } finally {
    closeSync(descriptor);
  }
}

const readAt = promisify(read);

/** Resolves once the socket has let go of the bytes. */
function written(response: ServerResponse, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    response.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}
