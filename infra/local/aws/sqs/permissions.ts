import type { Ask } from '../access/access.ts';
import type { SqsContext } from './action.ts';
import { sourceOf } from './identifiers.ts';
import type { SqsCall } from './wire.ts';

type Input = Readonly<Record<string, unknown>>;
type Place = Pick<SqsContext, 'arnBase' | 'queues'>;

/** Which queue an action is about: its ARN, from the parameter that this action takes it from. @default QueueUrl */
const QUEUES: Readonly<Record<string, (input: Input, place: Place) => string>> = {
  CreateQueue: ({ QueueName }, place) => arnOf(QueueName, place),
  GetQueueUrl: ({ QueueName }, place) => arnOf(QueueName, place),
  ListQueues: (_input, { arnBase }) => `${arnBase}:*`,
  StartMessageMoveTask: ({ SourceArn }) => textOf(SourceArn),
  ListMessageMoveTasks: ({ SourceArn }) => textOf(SourceArn),
  CancelMessageMoveTask: ({ TaskHandle }) => sourceOf(textOf(TaskHandle)),
};

/** Who moves messages does so with permissions of their own. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html */
const MOVE = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];

/**
 * What a call asks to be allowed: the action of its name, and for a batch that of the single one.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html
 */
export function sqsAsks({ action, input }: SqsCall, place: Place): readonly Ask[] {
  const given: Input = Object(input);
  const queue = Object.hasOwn(QUEUES, action) ? QUEUES[action] : undefined;
  const resource = queue?.(given, place) ?? arnOf(given.QueueUrl, place);
  const own: Ask = { action: `sqs:${action.replace(/Batch$/, '')}`, resource };
  if (action !== 'StartMessageMoveTask') return [own];
  const destinations =
    given.DestinationArn === undefined ? sourcesOf(resource, place) : [textOf(given.DestinationArn)];
  return [
    own,
    ...MOVE.map((move) => ({ action: move, resource })),
    ...destinations.map((arn) => ({ action: 'sqs:SendMessage', resource: arn })),
  ];
}

function arnOf(urlOrName: unknown, { arnBase }: Place): string {
  const text = textOf(urlOrName);
  return `${arnBase}:${text.slice(text.lastIndexOf('/') + 1)}`;
}

/** What is no text names nothing; the action itself says what is wrong with it. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The queues that give up into this one: where its messages go back to. */
function sourcesOf(deadLetterArn: string, { queues }: Place): readonly string[] {
  const giving = queues.registry.all().filter(({ redrive }) => redrive?.deadLetterArn === deadLetterArn);
  return giving.map(({ arn }) => arn);
}
