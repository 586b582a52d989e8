import {
  ChangeMessageVisibilityBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  type SQSClient,
  SQSServiceException,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { DarkroomError } from '../error.ts';
import { type Depth, depthOf } from './depth.ts';

export interface DeadLetter {
  readonly body: string;
  readonly receiptHandle: string;
}

/** Messages that failed every try. They are looked at and moved back, never removed. */
export interface DeadLetters {
  /** Up to ten of them, which nobody else sees for so long; none when there are no others. */
  look(seconds: number): Promise<readonly DeadLetter[]>;
  /** Lets everybody see again what was looked at. */
  putBack(letters: readonly DeadLetter[]): Promise<void>;
  depth(): Promise<Depth>;
  /**
   * Begins to move all of them back into the work queue, which goes on by itself. Returns how many there are, as SQS counts. Throws
   * DarkroomError CONFLICT while an earlier move goes on.
   */
  redrive(): Promise<number>;
}

/** The most that SQS hands out, or takes, at once. */
const BATCH = 10;

/** `workUrl` is where they came from: named, so that one which somebody put there by hand goes as well. */
export function deadLetters(sqs: SQSClient, queueUrl: string, workUrl: string): DeadLetters {
  return {
    async look(seconds) {
      const receive = { QueueUrl: queueUrl, MaxNumberOfMessages: BATCH, VisibilityTimeout: seconds };
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(receive));
      return Messages.map(({ Body = '', ReceiptHandle = '' }) => ({
        body: Body,
        receiptHandle: ReceiptHandle,
      }));
    },
    async putBack(letters) {
      for (let from = 0; from < letters.length; from += BATCH) {
        const Entries = letters.slice(from, from + BATCH).map(({ receiptHandle }, i) => ({
          ...{ Id: String(i), ReceiptHandle: receiptHandle, VisibilityTimeout: 0 },
        }));
        await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: queueUrl, Entries }));
      }
    },
    depth: () => depthOf(sqs, queueUrl),
    async redrive() {
      const { waiting } = await depthOf(sqs, queueUrl);
      if (waiting === 0) return 0;
      try {
        const [SourceArn, DestinationArn] = await Promise.all([arnOf(sqs, queueUrl), arnOf(sqs, workUrl)]);
        await sqs.send(new StartMessageMoveTaskCommand({ SourceArn, DestinationArn }));
      } catch (error) {
        if (!isUnderWay(error)) throw error;
        const message =
          'Dead letters are on their way back to work already: see whether any are left after that';
        throw new DarkroomError('CONFLICT', message, { cause: error });
      }
      return waiting;
    },
  };
}

async function arnOf(sqs: SQSClient, queueUrl: string): Promise<string | undefined> {
  const get = new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['QueueArn'] });
  return (await sqs.send(get)).Attributes?.QueueArn;
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html */
function isUnderWay(error: unknown): boolean {
  return error instanceof SQSServiceException && /already.+(running|progress|active)/i.test(error.message);
}
