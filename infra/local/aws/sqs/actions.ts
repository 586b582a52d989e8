import * as z from 'zod/mini';
import { type Action, action, batch } from './action.ts';
import { checkBatchSize, message, receive, send } from './exchange.ts';
import { MOVE_ACTIONS } from './move-actions.ts';
import { queueOf } from './queue.ts';
import { QUEUE_ACTIONS } from './queue-actions.ts';
import { MAX_VISIBILITY_SECONDS } from './queues.ts';
import { within } from './within.ts';

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html */
const MAX_WAIT_SECONDS = 20;
const MAX_RECEIVED = 10;

const visibility = within('VisibilityTimeout', [0, MAX_VISIBILITY_SECONDS]);
const names = z.optional(z.array(z.string()));
const url = { QueueUrl: z.string() };
const receipt = { ReceiptHandle: z.string() };

/** What our SQS does, each with what it takes. What is not here answers UnsupportedOperation. */
export const ACTIONS = {
  SendMessage: action({ ...url, ...message }, (input, context) => send(input, input.QueueUrl, context)),
  SendMessageBatch: batch(message, send, checkBatchSize),
  ReceiveMessage: action(
    {
      ...url,
      MaxNumberOfMessages: z.optional(within('MaxNumberOfMessages', [1, MAX_RECEIVED])),
      VisibilityTimeout: z.optional(visibility),
      WaitTimeSeconds: z.optional(within('WaitTimeSeconds', [0, MAX_WAIT_SECONDS])),
      AttributeNames: names,
      MessageSystemAttributeNames: names,
      MessageAttributeNames: names,
    },
    receive,
  ),
  DeleteMessage: action({ ...url, ...receipt }, ({ QueueUrl, ReceiptHandle }, context) => {
    context.queues.delete(queueOf(QueueUrl, context).arn, ReceiptHandle);
    return {};
  }),
  DeleteMessageBatch: batch(receipt, ({ ReceiptHandle }, queue, context) => {
    context.queues.delete(queueOf(queue, context).arn, ReceiptHandle);
    return {};
  }),
  ChangeMessageVisibility: action({ ...url, ...receipt, VisibilityTimeout: visibility }, (input, context) => {
    const { arn } = queueOf(input.QueueUrl, context);
    context.queues.changeVisibility(arn, input.ReceiptHandle, input.VisibilityTimeout);
    return {};
  }),
  ChangeMessageVisibilityBatch: batch(
    { ...receipt, VisibilityTimeout: visibility },
    (entry, queue, context) => {
      const { arn } = queueOf(queue, context);
      context.queues.changeVisibility(arn, entry.ReceiptHandle, entry.VisibilityTimeout);
      return {};
    },
  ),
  ...QUEUE_ACTIONS,
  ...MOVE_ACTIONS,
} as const satisfies Record<string, Action>;

export function findAction(name: string): Action | undefined {
  return Object.entries(ACTIONS).find(([known]) => known === name)?.[1];
}
