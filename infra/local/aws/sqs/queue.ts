import type { SqsContext } from './action.ts';
import { sqsError } from './errors.ts';
import type { Queue } from './queues.ts';

/** The queue of a URL or a name: the last segment counts, since a URL may name the host by which its user knows us. */
export function queueOf(url: string, { queues }: Pick<SqsContext, 'queues'>): Queue {
  const name = url.slice(url.lastIndexOf('/') + 1);
  const queue = queues.registry.all().find((one) => one.name === name);
  if (queue) return queue;
  throw sqsError('QueueDoesNotExist', `The specified queue ${name} does not exist.`);
}

export function queueUrl(
  { name }: Pick<Queue, 'name'>,
  { queueBase }: Pick<SqsContext, 'queueBase'>,
): string {
  return `${queueBase}/${name}`;
}
