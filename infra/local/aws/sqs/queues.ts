import type { MoveTasks } from './move-tasks.ts';
import type { QueueRegistry } from './queue-registry.ts';

/** What can be set of a queue. */
export interface QueueSettings {
  readonly visibilityTimeoutSeconds: number;
  readonly retentionSeconds: number;
  readonly delaySeconds: number;
  /** How long a receive waits that does not say. @default 0 */
  readonly receiveWaitSeconds?: number;
  readonly redrive?: { readonly deadLetterArn: string; readonly maxReceiveCount: number } | undefined;
}

export interface Queue extends QueueSettings {
  readonly name: string;
  readonly arn: string;
}

/** The queues from within: the same rules as over the wire. Throws AwsError, such as QueueDoesNotExist. */
export interface Queues {
  /** Up to `max` (1 to 10) messages, for which it waits up to `waitMs`; none once `signal` aborts. */
  receive(queueArn: string, options: ReceiveOptions): Promise<readonly ReceivedMessage[]>;
  /** Does nothing when the message is gone, or was received again since. */
  delete(queueArn: string, receiptHandle: string): void;
  /** From now on, 0 to 43,200 s. Refuses a handle that is not the newest, and a message that is not in flight. */
  changeVisibility(queueArn: string, receiptHandle: string, seconds: number): void;
  /**
   * Makes every message in flight visible again, its last receive uncounted: a restart of the runtime is no failure of its consumers.
   * A message that a consumer gave back itself (visibility 0) keeps its count, and so does one whose visibility had ended before the
   * last runtime did.
   */
  releaseAll(): void;
  depth(queueArn: string): Depth;
}

export interface ReceiveOptions {
  readonly max: number;
  readonly waitMs: number;
  readonly signal?: AbortSignal;
  /** @default the queue's own */
  readonly visibilitySeconds?: number;
}

export interface ReceivedMessage {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly md5OfBody: string;
  /** ApproximateReceiveCount, SentTimestamp, ApproximateFirstReceiveTimestamp (both ms), SenderId; of a dead letter DeadLetterQueueSourceArn. */
  readonly attributes: Readonly<Record<string, string>>;
  /** As SQS has them on the wire: `{ name: { DataType, StringValue | BinaryValue (base64) } }`. */
  readonly messageAttributes: Readonly<Record<string, MessageAttribute>>;
}

export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string | undefined;
  readonly BinaryValue?: string | undefined;
}

export interface Depth {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
}

/** What the endpoint itself does with queues besides. */
export interface QueueStore extends Queues {
  readonly registry: QueueRegistry;
  readonly moves: MoveTasks;
  /** Within a transaction: the message is in the queue when it commits. `ring` the queue then. */
  insert(queueArn: string, message: NewMessage): { readonly messageId: string };
  /** Wakes those who wait for a message. */
  ring(queueArn: string): void;
  purge(queueArn: string): void;
  /** Ends what runs on its own: the sweep and the move tasks. */
  close(): void;
}

export interface NewMessage {
  readonly body: string;
  readonly sender: string;
  readonly attributes?: Readonly<Record<string, MessageAttribute>>;
  /** @default the queue's own */
  readonly delaySeconds?: number | undefined;
}

export const MAX_VISIBILITY_SECONDS = 43_200;
/** Of one message, and of a batch together. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
export const MAX_MESSAGE_BYTES = 2 ** 20;
