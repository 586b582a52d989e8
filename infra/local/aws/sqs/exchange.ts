import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import type { SqsContext, SqsOutput } from './action.ts';
import { sqsError } from './errors.ts';
import { queueOf } from './queue.ts';
import { MAX_MESSAGE_BYTES, type MessageAttribute, type ReceivedMessage } from './queues.ts';
import { within } from './within.ts';

export const message = {
  MessageBody: z.string().check(z.minLength(1)),
  DelaySeconds: z.optional(within('DelaySeconds', [0, 900])),
  MessageAttributes: z.optional(
    z.record(
      z.string().check(z.regex(/^[\w.-]{1,256}$/)),
      z.object({
        DataType: z.string().check(z.regex(/^(String|Number|Binary)(\..+)?$/)),
        StringValue: z.optional(z.string()),
        BinaryValue: z.optional(z.string()),
      }),
    ),
  ),
};

type NewMessage = z.infer<z.ZodMiniObject<typeof message>>;

export function send(
  input: NewMessage,
  queueUrl: string,
  { db, queues, caller, ...context }: SqsContext,
): SqsOutput {
  const { arn } = queueOf(queueUrl, { queues, ...context });
  const { MessageBody: body, MessageAttributes: attributes = {}, DelaySeconds: delaySeconds } = input;
  checkContents(body);
  checkBatchSize([input]);
  const { messageId } = db.transaction((afterCommit) => {
    afterCommit(() => queues.ring(arn));
    return queues.insert(arn, { body, attributes, delaySeconds, sender: caller });
  });
  const named = Object.keys(attributes).length > 0 && { MD5OfMessageAttributes: attributesMd5(attributes) };
  return { MessageId: messageId, MD5OfMessageBody: md5(body), ...named };
}

export function checkBatchSize(entries: readonly unknown[]): void {
  const bytes = entries.reduce<number>((sum, entry) => sum + Buffer.byteLength(contentsOf(entry)), 0);
  if (bytes <= MAX_MESSAGE_BYTES) return;
  if (entries.length > 1) {
    throw sqsError('BatchRequestTooLong', `Batch requests cannot be longer than ${MAX_MESSAGE_BYTES} bytes.`);
  }
  throw sqsError(
    'InvalidParameterValue',
    `One or more parameters are invalid. Reason: Message must be shorter than ${MAX_MESSAGE_BYTES} bytes.`,
  );
}

export interface ReceiveInput {
  readonly QueueUrl: string;
  readonly MaxNumberOfMessages?: number | undefined;
  readonly VisibilityTimeout?: number | undefined;
  readonly WaitTimeSeconds?: number | undefined;
  readonly AttributeNames?: readonly string[] | undefined;
  readonly MessageSystemAttributeNames?: readonly string[] | undefined;
  readonly MessageAttributeNames?: readonly string[] | undefined;
}

export async function receive(input: ReceiveInput, context: SqsContext): Promise<SqsOutput> {
  const { arn, receiveWaitSeconds = 0 } = queueOf(input.QueueUrl, context);
  const received = await context.queues.receive(arn, {
    max: input.MaxNumberOfMessages ?? 1,
    waitMs: (input.WaitTimeSeconds ?? receiveWaitSeconds) * 1000,
    signal: context.signal,
    ...(input.VisibilityTimeout !== undefined && { visibilitySeconds: input.VisibilityTimeout }),
  });
  const system = [...(input.AttributeNames ?? []), ...(input.MessageSystemAttributeNames ?? [])];
  const Messages = received.map((one) => asOutput(one, system, input.MessageAttributeNames ?? []));
  return Messages.length > 0 ? { Messages } : {};
}

function asOutput(one: ReceivedMessage, system: readonly string[], named: readonly string[]): SqsOutput {
  const attributes = pick(one.attributes, (name) => system.includes('All') || system.includes(name));
  const own = pick(one.messageAttributes, (name) =>
    named.some(
      (asked) =>
        ['All', '.*', name].includes(asked) || (asked.endsWith('.*') && name.startsWith(asked.slice(0, -1))),
    ),
  );
  return {
    MessageId: one.messageId,
    ReceiptHandle: one.receiptHandle,
    MD5OfBody: one.md5OfBody,
    Body: one.body,
    ...(Object.keys(attributes).length > 0 && { Attributes: attributes }),
    ...(Object.keys(own).length > 0 && {
      MessageAttributes: own,
      MD5OfMessageAttributes: attributesMd5(own),
    }),
  };
}

function pick<T>(record: Readonly<Record<string, T>>, keep: (name: string) => boolean): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => keep(name)));
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html */
export function attributesMd5(attributes: Readonly<Record<string, MessageAttribute>>): string {
  const hash = createHash('md5');
  const add = (bytes: Buffer): void => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  };
  for (const [name, { DataType, StringValue, BinaryValue }] of Object.entries(attributes).sort(([a], [b]) =>
    a < b ? -1 : 1,
  )) {
    add(Buffer.from(name));
    add(Buffer.from(DataType));
    hash.update(Buffer.of(BinaryValue === undefined ? 1 : 2));
    add(BinaryValue === undefined ? Buffer.from(StringValue ?? '') : Buffer.from(BinaryValue, 'base64'));
  }
  return hash.digest('hex');
}

/** The characters of XML 1.0. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
function checkContents(body: string): void {
  if (/^[\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]*$/u.test(body)) return;
  throw sqsError('InvalidMessageContents', 'The message holds characters outside of the allowed set.');
}

function contentsOf(entry: unknown): string {
  const { MessageBody = '', MessageAttributes = {} } = z.parse(z.looseObject({}), entry);
  return `${MessageBody}${Object.keys(Object(MessageAttributes)).length > 0 ? JSON.stringify(MessageAttributes) : ''}`;
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
