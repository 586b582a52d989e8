import type { IncomingMessage } from 'node:http';
import { s3Error } from './s3/errors.ts';
import { percentDecode } from './signature/percent.ts';

/** A request as its signature covers it. */
export interface AwsRequest {
  readonly method: string;
  /** As sent, without the query. */
  readonly rawPath: string;
  readonly path: string;
  readonly query: Query;
  /** Lower-case names; values as latin1 text, repeated ones joined by `,`. */
  readonly headers: ReadonlyMap<string, string>;
  readonly message: IncomingMessage;
  /** Upper-case hex, told on each answer. */
  readonly id: string;
}

/** The decoded parameters in the order in which they came. */
export interface Query {
  readonly entries: readonly (readonly [name: string, value: string])[];
  get(name: string): string | undefined;
  has(name: string): boolean;
}

/** Throws InvalidURI when the target is no path, or no UTF-8. */
export function readRequest(message: IncomingMessage, id: string): AwsRequest {
  const target = message.url ?? '/';
  const mark = target.indexOf('?');
  const rawPath = mark < 0 ? target : target.slice(0, mark);
  if (!rawPath.startsWith('/')) throw s3Error('InvalidURI');
  return {
    method: message.method ?? 'GET',
    rawPath,
    path: percentDecode(rawPath),
    query: readQuery(mark < 0 ? '' : target.slice(mark + 1)),
    headers: readHeaders(message.rawHeaders),
    message,
    id,
  };
}

export function readQuery(raw: string): Query {
  const entries = raw
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const mark = pair.indexOf('=');
      const [name, value] = mark < 0 ? [pair, ''] : [pair.slice(0, mark), pair.slice(mark + 1)];
      return [decodeParameter(name), decodeParameter(value)] as const;
    });
  return {
    entries,
    get: (name) => entries.find(([other]) => other === name)?.[1],
    has: (name) => entries.some(([other]) => other === name),
  };
}

function decodeParameter(raw: string): string {
  return percentDecode(raw.replaceAll('+', ' '));
}

function readHeaders(raw: readonly string[]): Map<string, string> {
  const headers = new Map<string, string>();
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = (raw[i] ?? '').toLowerCase();
    const before = headers.get(name);
    const value = (raw[i + 1] ?? '').trim();
    headers.set(name, before === undefined ? value : `${before},${value}`);
  }
  return headers;
}
