import { DarkroomError } from '../error.ts';
import { type Answer, MAX_ANSWER_BYTES } from './answer.ts';
import { isNotModified, rangeOf, type Validators } from './conditional.ts';
import { HttpError } from './problem.ts';
import { type ByteRange, parseRange } from './range.ts';
import type { Request } from './request.ts';

/** A picture that stands somewhere and can be sent, whole or in part. */
export interface Standing extends Validators {
  readonly bytes: number;
  readonly contentType: string;
  /** All bytes, or those of a range. */
  readonly read: (range?: ByteRange) => Promise<Buffer>;
  /** Where a client gets what no answer can carry. */
  readonly locate: () => Promise<string>;
}

type Asked = Pick<Request, 'method' | 'headers'>;

/**
 * The answer to GET and HEAD for a picture: 304 and 412 by its validators, 206 for a range, 307 to where it lies for a body over the
 * platform's limit. HEAD is answered here whatever the length: what `locate` gives takes GET alone. `headers` stand beside those that the
 * picture itself gives. Throws RANGE_NOT_SATISFIABLE with `Content-Range`, and PRECONDITION_FAILED where a client would go on with the
 * part of one picture behind the part of another.
 */
export async function deliver(
  { method, headers: asked }: Asked,
  picture: Standing,
  headers: Readonly<Record<string, string>>,
): Promise<Answer> {
  const { etag, lastModified, bytes } = picture;
  const told = { ...headers, etag, 'last-modified': lastModified.toUTCString() };
  if (isNotModified(asked, picture)) return { status: 304, headers: told };

  const whole = { ...told, 'content-type': picture.contentType, 'accept-ranges': 'bytes' };
  if (method === 'HEAD') {
    // What can be had nowhere is refused here too.
    if (bytes > MAX_ANSWER_BYTES) await picture.locate();
    return { status: 200, headers: { ...whole, 'content-length': String(bytes) } };
  }
  const range = parseRange(rangeOf(asked, etag), bytes);
  if (range === 'unsatisfiable') throw unsatisfiable(asked.range, bytes);
  const length = range === undefined ? bytes : range.last - range.first + 1;
  if (length > MAX_ANSWER_BYTES) {
    // Whoever is sent elsewhere asks there for the same range.
    if (rangeOf(asked, etag) !== asked.range) throw changed(etag);
    return { status: 307, headers: { location: await picture.locate(), 'cache-control': 'no-store' } };
  }
  const body = await picture.read(range);
  if (range === undefined) return { status: 200, headers: whole, body };
  return {
    status: 206,
    headers: { ...whole, 'content-range': `bytes ${range.first}-${range.last}/${bytes}` },
    body,
  };
}

function changed(etag: string): DarkroomError {
  return new DarkroomError(
    'PRECONDITION_FAILED',
    `If-Range does not name the picture as it is now, with the ETag ${etag}: fetch it from the beginning, without Range`,
  );
}

function unsatisfiable(range: string | undefined, bytes: number): HttpError {
  return new HttpError(
    'RANGE_NOT_SATISFIABLE',
    `${range} has no byte of the picture, which has ${bytes}: ask for bytes=0-${bytes - 1} or a part of that`,
    { 'content-range': `bytes */${bytes}` },
  );
}
