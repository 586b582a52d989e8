import {
  ChangeMessageVisibilityCommand,
  GetQueueUrlCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { Requester, Subject } from '../pipeline/log-row.ts';
import { type Depth, depthOf } from './depth.ts';

export interface WorkQueue {
  /** Asks for a build: one that is open in the log, or one that whoever takes the message opens with what is requested. */
  send(build: string, request?: Extract<Subject, { kind: 'request' }>, by?: Requester): Promise<void>;
  /** Asks for a build that failed, with its row of this position, to be tried again. */
  retry(build: string, failedAt: number, by: Requester): Promise<void>;
  /** Hides a message in hand for so long, counted from now. A message that is gone by now is none of our business. */
  hide(receiptHandle: string, seconds: number): Promise<void>;
  depth(): Promise<Depth>;
}

/** SQS hides a message for at most 12 hours (Amazon SQS Developer Guide, "visibility timeout"). */
const MAX_HIDE_SECONDS = 43_200;

export function createSqs(): SQSClient {
  return new SQSClient({
    maxAttempts: 4,
    cacheMiddleware: true,
    requestHandler: { connectionTimeout: 3_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
  });
}

/** Throws when the caller's account has no queue of this name. */
export async function findQueueUrl(sqs: SQSClient, name: string): Promise<string> {
  const { QueueUrl = '' } = await sqs.send(new GetQueueUrlCommand({ QueueName: name }));
  return QueueUrl;
}

export function workQueue(sqs: SQSClient, queueUrl: string): WorkQueue {
  async function submit(work: object): Promise<void> {
    await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(work) }));
  }

  return {
    send: (build, request, by) => submit({ build, request, by }),
    retry: (build, failedAt, by) => submit({ build, failedAt, by }),
    depth: () => depthOf(sqs, queueUrl),
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
