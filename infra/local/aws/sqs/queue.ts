import type { QueueSpec } from '../../topology/topology.ts';
import type { SqsContext } from './action.ts';
import { sqsError } from './errors.ts';
import { type Depth, MAX_MESSAGE_BYTES } from './queues.ts';

/** The queue of a URL or a name: the last segment counts, since a URL may name the host by which its user knows us. */
export function queueOf(url: string, { queues }: Pick<SqsContext, 'queues'>): QueueSpec {
  const name = url.slice(url.lastIndexOf('/') + 1);
  const spec = queues.specs.find((queue) => queue.name === name);
  if (spec) return spec;
  throw sqsError('QueueDoesNotExist', `The specified queue ${name} does not exist.`);
}

export function queueUrl({ name }: QueueSpec, { queueBase }: Pick<SqsContext, 'queueBase'>): string {
  return `${queueBase}/${name}`;
}

/** Those asked for by name, or `All`. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html */
export function queueAttributes(
  spec: QueueSpec,
  depth: Depth,
  asked: readonly string[],
): Record<string, string> {
  const { redrive } = spec;
  const all = {
    QueueArn: spec.arn,
    ApproximateNumberOfMessages: depth.visible,
    ApproximateNumberOfMessagesNotVisible: depth.inFlight,
    ApproximateNumberOfMessagesDelayed: depth.delayed,
    VisibilityTimeout: spec.visibilityTimeoutSeconds,
    MessageRetentionPeriod: spec.retentionSeconds,
    DelaySeconds: spec.delaySeconds,
    MaximumMessageSize: MAX_MESSAGE_BYTES,
    ReceiveMessageWaitTimeSeconds: 0,
    ...(redrive && {
      RedrivePolicy: JSON.stringify({
        deadLetterTargetArn: redrive.deadLetterArn,
        maxReceiveCount: redrive.maxReceiveCount,
      }),
    }),
  };
  const wanted = Object.entries(all).filter(([name]) => asked.includes('All') || asked.includes(name));
  return Object.fromEntries(wanted.map(([name, value]) => [name, String(value)]));
}
