/** What every part of Darkroom may refuse, and the HTTP status a caller gets for it. One row a code. */
export const ERRORS = {
  // What is wrong with a picture: ends a build as FAILED, answers an upload.
  UNSUPPORTED_IMAGE: 415,
  EMPTY_OBJECT: 422,
  BROKEN_IMAGE: 422,
  SOURCE_TOO_LARGE: 413,
  IMAGE_TOO_LARGE: 422,
  RESULT_TOO_LARGE: 422,
  KEY_TOO_LONG: 422,
  RESOURCE_EXHAUSTED: 422,
  RETRIES_EXHAUSTED: 503,
  // What is wrong with a request.
  MALFORMED_EVENT: 400,
  BAD_REQUEST: 400,
  BAD_PARAMETER: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  NOT_ACCEPTABLE: 406,
  CONFLICT: 409,
  BODY_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  PRECONDITION_FAILED: 412,
  RANGE_NOT_SATISFIABLE: 416,
  IDEMPOTENCY_KEY_REUSED: 422,
  TOO_MANY_REQUESTS: 429,
} as const satisfies Record<string, number>;

export type ErrorCode = keyof typeof ERRORS;

/**
 * An error that may be shown to whoever caused it. Everything else is an outage: it is logged, retried, and never quoted.
 * The message names the thing and the value, and says what to do.
 */
export class DarkroomError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DarkroomError';
    this.code = code;
  }
}
