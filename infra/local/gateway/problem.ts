import { STATUS_CODES } from 'node:http';
import type { Answer } from './answer.ts';

/** What this gateway refuses, where API Gateway would say nothing that helps. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  /** What is wrong, and what to do. */
  readonly detail: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A refusal as the functions answer theirs: https://www.rfc-editor.org/rfc/rfc9457 */
export function problem({ status, code, detail, headers }: Refusal, requestId: string): Answer {
  const document = { type: 'about:blank', title: STATUS_CODES[status], status, detail };
  return {
    status,
    headers: { ...headers, 'content-type': 'application/problem+json', 'cache-control': 'no-store' },
    body: Buffer.from(JSON.stringify({ ...document, instance: requestId, code })),
  };
}
