import * as z from 'zod/mini';
import { action, type SqsContext } from './action.ts';
import { DEFAULTS, printAttributes, readAttributes } from './attributes.ts';
import { sqsError } from './errors.ts';
import { queueOf, queueUrl } from './queue.ts';
import type { QueueSettings } from './queues.ts';

const url = { QueueUrl: z.string() };
const attributes = z.optional(z.record(z.string(), z.coerce.string()));

/** What can be done to queues themselves. */
export const QUEUE_ACTIONS = {
  CreateQueue: action(
    {
      QueueName: z.string().check(z.regex(/^[\w-]{1,80}$/, 'takes 1 to 80 letters, digits, - and _')),
      Attributes: attributes,
    },
    ({ QueueName: name, Attributes = {} }, context) => {
      const wanted = checked(readAttributes(Attributes), context);
      const { registry } = context.queues;
      const known = registry.all().find((queue) => queue.name === name);
      const arn = `${context.arnBase}:${name}`;
      if (known === undefined) registry.create({ name, arn }, { ...DEFAULTS, ...wanted });
      else if (JSON.stringify({ ...known, ...wanted }) !== JSON.stringify(known)) {
        throw sqsError('QueueNameExists', `A queue ${name} exists already, with other attributes.`);
      }
      return { QueueUrl: queueUrl({ name }, context) };
    },
  ),
  DeleteQueue: action(url, ({ QueueUrl }, context) => {
    context.queues.registry.remove(queueOf(QueueUrl, context).name);
    return {};
  }),
  GetQueueUrl: action({ QueueName: z.string() }, ({ QueueName }, context) => ({
    QueueUrl: queueUrl(queueOf(QueueName, context), context),
  })),
  GetQueueAttributes: action(
    { ...url, AttributeNames: z.optional(z.array(z.string())) },
    ({ QueueUrl, AttributeNames = [] }, context) => {
      const queue = queueOf(QueueUrl, context);
      return { Attributes: printAttributes(queue, context.queues.depth(queue.arn), AttributeNames) };
    },
  ),
  SetQueueAttributes: action({ ...url, Attributes: attributes }, ({ QueueUrl, Attributes = {} }, context) => {
    const { name, arn: _, ...settings } = queueOf(QueueUrl, context);
    context.queues.registry.change(name, { ...settings, ...checked(readAttributes(Attributes), context) });
    return {};
  }),
  ListQueues: action({ QueueNamePrefix: z.optional(z.string()) }, ({ QueueNamePrefix = '' }, context) => ({
    QueueUrls: context.queues.registry
      .all()
      .filter(({ name }) => name.startsWith(QueueNamePrefix))
      .map((queue) => queueUrl(queue, context)),
  })),
  /** The one output of SQS that begins with a small letter. */
  ListDeadLetterSourceQueues: action(url, ({ QueueUrl }, context) => {
    const { arn } = queueOf(QueueUrl, context);
    const sources = context.queues.registry.all().filter(({ redrive }) => redrive?.deadLetterArn === arn);
    return { queueUrls: sources.map((queue) => queueUrl(queue, context)) };
  }),
  PurgeQueue: action(url, ({ QueueUrl }, context) => {
    context.queues.purge(queueOf(QueueUrl, context).arn);
    return {};
  }),
} as const;

function checked(settings: Partial<QueueSettings>, { queues }: SqsContext): Partial<QueueSettings> {
  const target = settings.redrive?.deadLetterArn;
  if (target === undefined || queues.registry.has(target)) return settings;
  throw sqsError(
    'InvalidParameterValue',
    `Value ${target} for parameter RedrivePolicy is invalid. Reason: Dead letter target does not exist.`,
  );
}
