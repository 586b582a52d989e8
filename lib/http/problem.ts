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
  return {
    status,
    headers: { ...headers, 'content-type': 'application/problem+json', 'cache-control': 'no-store' },
    body: JSON.stringify(problem),
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
