import { ChangeMessageVisibilityCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Subject } from '../pipeline/log-row.ts';

export interface WorkQueue {
  /** Asks for a build: one that is open in the log, or one that whoever takes the message opens with what is requested. */
  send(build: string, request?: Extract<Subject, { kind: 'request' }>): Promise<void>;
  /** Hides a message in hand for so long, counted from now. A message that is gone by now is none of our business. */
  hide(receiptHandle: string, seconds: number): Promise<void>;
}

/** SQS hides a message for at most 12 hours (Amazon SQS Developer Guide, "visibility timeout"). */
const MAX_HIDE_SECONDS = 43_200;

export function createSqs(): SQSClient {
  return new SQSClient({
    maxAttempts: 4,
    requestHandler: { connectionTimeout: 3_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
  });
}

export function workQueue(sqs: SQSClient, queueUrl: string): WorkQueue {
  return {
    async send(build, request) {
      await sqs.send(
        new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify({ build, request }) }),
      );
    },
    async hide(receiptHandle, seconds) {
      const timeout = Math.min(Math.max(0, Math.ceil(seconds)), MAX_HIDE_SECONDS);
      await sqs.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl: queueUrl,
          ReceiptHandle: receiptHandle,
          VisibilityTimeout: timeout,
        }),
      );
    },
  };
}
