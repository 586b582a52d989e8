/**
 * Bytes of JSON that go into a function or come out of it: 6 MiB and 100 bytes for what surrounds a payload.
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export const MAX_PAYLOAD_BYTES = 6 * 1024 ** 2 + 100;

export interface Invocation {
  readonly requestId: string;
  /** JSON. */
  readonly payload: string;
}

/** How an invocation ended. `payload` is the JSON of what the handler returned. */
export type Outcome = { readonly ok: true; readonly payload: string } | Failure;

export interface Failure {
  readonly ok: false;
  /** Such as `TypeError`, `Runtime.ExitError`, `Sandbox.Timedout`. */
  readonly errorType: string;
  readonly errorMessage: string;
}

/** Events that are never given to a function. No function can name its own errors so. */
export const REFUSALS = {
  tooLarge: {
    ok: false,
    errorType: 'Invoke.RequestTooLarge',
    errorMessage: `The event is larger than ${MAX_PAYLOAD_BYTES} bytes`,
  },
  tooMany: { ok: false, errorType: 'Invoke.TooManyRequests', errorMessage: 'Too many events wait already' },
  stopping: { ok: false, errorType: 'Invoke.Stopping', errorMessage: 'The runtime is stopping' },
} as const satisfies Record<string, Failure>;
