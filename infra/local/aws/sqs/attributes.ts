import * as z from 'zod/mini';
import { sqsError } from './errors.ts';
import {
  type Depth,
  MAX_MESSAGE_BYTES,
  MAX_VISIBILITY_SECONDS,
  type Queue,
  type QueueSettings,
} from './queues.ts';

/** A queue that nobody set anything of. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html */
export const DEFAULTS: QueueSettings = {
  visibilityTimeoutSeconds: 30,
  retentionSeconds: 345_600,
  delaySeconds: 0,
  receiveWaitSeconds: 0,
};

interface Attribute {
  /** Undefined for a value that the attribute does not take. */
  read(value: string): Partial<QueueSettings> | undefined;
  print(settings: QueueSettings): string | number | undefined;
}

const REDRIVE = z.object({
  deadLetterTargetArn: z.string(),
  maxReceiveCount: z.coerce.number().check(z.int(), z.gte(1), z.lte(1000)),
});

/** What can be set, by SQS's name, with the limits of the page above. */
const SETTABLE: Readonly<Record<string, Attribute>> = {
  VisibilityTimeout: whole('visibilityTimeoutSeconds', [0, MAX_VISIBILITY_SECONDS]),
  MessageRetentionPeriod: whole('retentionSeconds', [60, 1_209_600]),
  DelaySeconds: whole('delaySeconds', [0, 900]),
  ReceiveMessageWaitTimeSeconds: whole('receiveWaitSeconds', [0, 20]),
  RedrivePolicy: {
    read(value) {
      if (value === '') return { redrive: undefined };
      const parsed = REDRIVE.safeParse(parseJson(value));
      if (!parsed.success) return undefined;
      const { deadLetterTargetArn: deadLetterArn, maxReceiveCount } = parsed.data;
      return { redrive: { deadLetterArn, maxReceiveCount } };
    },
    print: ({ redrive }) =>
      redrive &&
      JSON.stringify({
        deadLetterTargetArn: redrive.deadLetterArn,
        maxReceiveCount: redrive.maxReceiveCount,
      }),
  },
};

/** What may be asked for, and is left out of the answer, since it is of no queue here. */
const UNTOLD: readonly string[] = [
  'ContentBasedDeduplication',
  'CreatedTimestamp',
  'DeduplicationScope',
  'FifoQueue',
  'FifoThroughputLimit',
  'KmsDataKeyReusePeriodSeconds',
  'KmsMasterKeyId',
  'LastModifiedTimestamp',
  'Policy',
  'RedriveAllowPolicy',
  'SqsManagedSseEnabled',
];

/** The settings that attributes name. Throws InvalidAttributeName and InvalidAttributeValue. */
export function readAttributes(attributes: Readonly<Record<string, string>>): Partial<QueueSettings> {
  const read = Object.entries(attributes).map(([name, value]) => {
    const attribute = Object.hasOwn(SETTABLE, name) ? SETTABLE[name] : undefined;
    if (!attribute) throw sqsError('InvalidAttributeName', `The attribute ${name} cannot be set here.`);
    const settings = attribute.read(value);
    if (settings) return settings;
    throw sqsError('InvalidAttributeValue', `Invalid value for the parameter ${name}.`);
  });
  return Object.assign({}, ...read);
}

/** Those asked for by name, or `All`. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html */
export function printAttributes(
  queue: Queue,
  depth: Depth,
  asked: readonly string[],
): Record<string, string> {
  const all = [
    ['QueueArn', queue.arn],
    ['ApproximateNumberOfMessages', depth.visible],
    ['ApproximateNumberOfMessagesNotVisible', depth.inFlight],
    ['ApproximateNumberOfMessagesDelayed', depth.delayed],
    ['MaximumMessageSize', MAX_MESSAGE_BYTES],
    ...Object.entries(SETTABLE).map(([name, { print }]) => [name, print(queue)] as const),
  ] as const;
  const known = ['All', ...UNTOLD, ...all.map(([name]) => name)];
  const unknown = asked.find((name) => !known.includes(name));
  if (unknown !== undefined) throw sqsError('InvalidAttributeName', `Unknown Attribute ${unknown}.`);
  const wanted = all.filter(
    ([name, value]) => value !== undefined && (asked.includes('All') || asked.includes(name)),
  );
  return Object.fromEntries(wanted.map(([name, value]) => [name, String(value)]));
}

function whole(
  field: Exclude<keyof QueueSettings, 'redrive'>,
  [min, max]: readonly [number, number],
): Attribute {
  return {
    read(value) {
      const number = Number(value);
      return /^\d+$/.test(value) && number >= min && number <= max ? { [field]: number } : undefined;
    },
    print: (settings) => settings[field] ?? 0,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
