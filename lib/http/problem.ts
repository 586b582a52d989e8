import { STATUS_CODES } from 'node:http';
import { DarkroomError, ERRORS } from '../error.ts';
import type { Answer } from './answer.ts';

/**
 * The answer to an error, as RFC 9457 has it. Only a DarkroomError speaks to the caller; anything else is a 500 that tells
 * nothing but the id under which the log has the cause.
 */
export function problemAnswer(error: unknown, requestId: string): Answer {
  const { code, detail } = tell(error, requestId);
  const status = code === 'INTERNAL' ? 500 : ERRORS[code];
  const problem = {
    type: 'about:blank',
    title: STATUS_CODES[status],
    status,
    detail,
    instance: requestId,
    code,
  };
  const headers = error instanceof HttpError ? error.headers : {};
  const errors = error instanceof SeveralRefused ? { errors: error.files } : {};
  return {
    status,
    headers: { ...headers, 'content-type': 'application/problem+json', 'cache-control': 'no-store' },
    body: JSON.stringify({ ...problem, ...errors }),
  };
}

/** An error whose answer carries headers of its own, such as `WWW-Authenticate` or `Allow`. */
export class HttpError extends DarkroomError {
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: DarkroomError['code'], message: string, headers: Readonly<Record<string, string>>) {
    super(code, message);
    this.headers = headers;
  }
}

export interface RefusedFile {
  readonly name: string;
  readonly code: DarkroomError['code'];
  readonly detail: string;
}

/** A request with several files, some of which are refused: its problem lists them, and its code is theirs where they share one. */
export class SeveralRefused extends DarkroomError {
  readonly files: readonly RefusedFile[];

  constructor(files: readonly RefusedFile[], of: number) {
    const [code = 'BAD_REQUEST', ...more] = new Set(files.map((file) => file.code));
    const details = files.map(({ detail }) => detail).join('; ');
    super(
      more.length === 0 ? code : 'BAD_REQUEST',
      `${files.length} of ${of} files are refused, and none is stored: ${details}`,
    );
    this.files = files;
  }
}

function tell(
  error: unknown,
  requestId: string,
): { code: DarkroomError['code'] | 'INTERNAL'; detail: string } {
  if (error instanceof DarkroomError) return { code: error.code, detail: error.message };
  return {
    code: 'INTERNAL',
    detail: `Something failed that you cannot mend; try again, and if it stays, tell the operator this id: ${requestId}`,
  };
}
