import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';

/** About how many messages a queue holds, as SQS counts: they may be a minute old. */
export interface Depth {
  /** That can be taken now. */
  readonly waiting: number;
  /** That somebody has in hand, or that come again later. */
  readonly inHand: number;
}

const COUNTS = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;

export async function depthOf(sqs: SQSClient, queueUrl: string): Promise<Depth> {
  const get = new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: [...COUNTS] });
  const { Attributes } = await sqs.send(get);
  const [waiting = 0, inHand = 0] = COUNTS.map((name) => Number(Attributes?.[name] ?? 0));
  return { waiting, inHand };
}
