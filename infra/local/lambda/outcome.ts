import { type Failure, MAX_PAYLOAD_BYTES, type Outcome } from './invocation.ts';

/** What a handler returned, as JSON, or the description of what it threw: how the invocation ended. */
export function outcomeOf(body: string, { failed }: { readonly failed: boolean }): Outcome {
  const bytes = Buffer.byteLength(body);
  if (bytes > MAX_PAYLOAD_BYTES) return tooLarge(bytes);
  return failed ? parseFailure(body) : { ok: true, payload: body };
}

export function tooLarge(bytes: number): Failure {
  return {
    ok: false,
    errorType: 'Function.ResponseSizeTooLarge',
    errorMessage: `Response payload size (${bytes} bytes) exceeded maximum allowed payload size (${MAX_PAYLOAD_BYTES} bytes).`,
  };
}

export function parseFailure(body: string): Failure {
  const { errorType, errorMessage } = parseObject(body);
  return {
    ok: false,
    errorType: typeof errorType === 'string' ? errorType : 'Unhandled',
    errorMessage: typeof errorMessage === 'string' ? errorMessage : '',
  };
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
