import { sqsError } from './errors.ts';

/** One receive of one message. A later receive of it has another nonce, which makes this handle stale. */
export interface Receipt {
  readonly queue: string;
  readonly id: number;
  readonly nonce: string;
}

export function writeReceipt({ queue, id, nonce }: Receipt): string {
  return Buffer.from(`${queue}/${id}/${nonce}`).toString('base64url');
}

/** Throws ReceiptHandleIsInvalid for what no receive from this queue gave out. */
export function readReceipt(handle: string, queueName: string): Receipt {
  const match = /^([^/]+)\/(\d{1,15})\/([0-9a-f-]+)$/.exec(Buffer.from(handle, 'base64url').toString());
  const [, queue = '', id = '', nonce = ''] = match ?? [];
  if (match === null || queue !== queueName) {
    throw sqsError(
      'ReceiptHandleIsInvalid',
      `The input receipt handle "${handle}" is not a valid receipt handle.`,
    );
  }
  return { queue, id: Number(id), nonce };
}
