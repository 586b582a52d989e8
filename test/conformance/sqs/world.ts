import { randomBytes } from 'node:crypto';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  type Message,
  type QueueAttributeName,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageCommand,
  type SendMessageCommandInput,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { present } from '../case.ts';
import type { Target } from '../target.ts';

/** What a case of SQS is given. */
export interface SqsWorld {
  readonly sqs: SQSClient;
  /** New and empty: visibility 30 s; after two receives a message goes to the other queue. */
  readonly url: string;
  readonly deadUrl: string;
}

export const MAX_RECEIVES = 2;

export async function withQueue(target: Target, run: (on: SqsWorld) => Promise<void>): Promise<void> {
  const { endpoint, region, accessKeyId, secretAccessKey } = target;
  const credentials = { accessKeyId, secretAccessKey };
  const sqs = new SQSClient({ endpoint, region, credentials, maxAttempts: 1 });
  const name = `conformance-${randomBytes(8).toString('hex')}`;
  const deadUrl = await makeQueue({ sqs }, `${name}-dead`, {});
  const deadLetterTargetArn = await arnOf({ sqs }, deadUrl);
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: MAX_RECEIVES });
  const url = await makeQueue({ sqs }, name, { VisibilityTimeout: '30', RedrivePolicy });
  try {
    await run({ sqs, url, deadUrl });
  } finally {
    for (const QueueUrl of [url, deadUrl])
      await sqs.send(new DeleteQueueCommand({ QueueUrl })).catch(ignoreAbsent);
    sqs.destroy();
  }
}

export async function makeQueue(
  { sqs }: Pick<SqsWorld, 'sqs'>,
  QueueName: string,
  Attributes: Partial<Record<QueueAttributeName, string>>,
): Promise<string> {
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName, Attributes }));
  return present(QueueUrl, `the queue ${QueueName}`);
}

function ignoreAbsent(error: Error): void {
  if (error.name !== 'QueueDoesNotExist') throw error;
}

export async function arnOf({ sqs }: Pick<SqsWorld, 'sqs'>, QueueUrl: string): Promise<string> {
  const AttributeNames = ['QueueArn' as const];
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }));
  return present(Attributes?.QueueArn, 'the ARN of a queue');
}

export function send(
  { sqs, url: QueueUrl }: SqsWorld,
  MessageBody: string,
  more: Partial<SendMessageCommandInput> = {},
) {
  return sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, ...more }));
}

/** What is visible now, unless `more` waits. */
export async function receive(
  { sqs, url: QueueUrl }: SqsWorld,
  more: Partial<ReceiveMessageCommandInput> = {},
): Promise<Message[]> {
  const command = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, ...more });
  return (await sqs.send(command)).Messages ?? [];
}

export async function receiveOne(
  on: SqsWorld,
  more: Partial<ReceiveMessageCommandInput> = {},
): Promise<Message> {
  const [message] = await receive(on, { WaitTimeSeconds: 5, ...more, MaxNumberOfMessages: 1 });
  return present(message, 'a message');
}

export function bodies(messages: readonly Message[]): string[] {
  return messages.map(({ Body }) => Body ?? '').sort();
}

export function remove({ sqs, url: QueueUrl }: SqsWorld, { ReceiptHandle }: Message) {
  return sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
}
