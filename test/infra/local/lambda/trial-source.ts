import { EventEmitter, once } from 'node:events';
import { type Mock, vi } from 'vitest';
import type { ReceivedMessage } from '../../../../infra/local/aws/sqs/queues.ts';
import { type MessageSource, startEventSource } from '../../../../infra/local/lambda/event-source.ts';
import type { InvokeResult, LambdaFunction } from '../../../../infra/local/lambda/function.ts';

export const QUEUE = 'arn:aws:sqs:eu-north-1:000000000000:work';

/** Hands each message out once, as a queue does while its visibility has not ended. */
export class MemoryQueue extends EventEmitter implements MessageSource {
  readonly deleted: string[] = [];
  readonly #ready: ReceivedMessage[] = [];

  send(...ids: readonly string[]): void {
    const message = { body: 'text', md5OfBody: 'md5', attributes: { ApproximateReceiveCount: '1' } };
    this.#ready.push(
      ...ids.map((id) => ({
        ...message,
        messageId: id,
        receiptHandle: `handle ${id}`,
        messageAttributes: { kind: { DataType: 'String', StringValue: 'upload' } },
      })),
    );
    this.emit('sent');
  }

  async receive(_: string, { max, signal }: { readonly max: number; readonly signal?: AbortSignal }) {
    while (this.#ready.length === 0) await once(this, 'sent', { signal });
    return this.#ready.splice(0, max);
  }

  delete(_: string, receiptHandle: string): void {
    this.deleted.push(receiptHandle.replace('handle ', ''));
  }
}

type Batch = { readonly Records: readonly { readonly messageId: string }[] };
type Handler = (batch: Batch) => Promise<unknown>;

export interface TrialSource {
  readonly queue: MemoryQueue;
  readonly invoke: Mock<LambdaFunction['invoke']>;
  readonly lines: string[];
  close(): Promise<void>;
}

/** An event source between a queue in memory and a function that is just `handler`. */
export function trialSource(
  handler: Handler,
  spec: { readonly batchSize?: number; readonly maxConcurrency?: number; readonly report?: boolean } = {},
): TrialSource {
  const queue = new MemoryQueue();
  queue.setMaxListeners(0);
  const lines: string[] = [];
  const invoke = vi.fn<LambdaFunction['invoke']>(async (event, options) => {
    const abandoned = options?.signal
      ? once(options.signal, 'abort').then(() => Promise.reject())
      : undefined;
    return Promise.race([answer(handler, event as Batch), ...(abandoned ? [abandoned] : [])]);
  });
  const fn: LambdaFunction = { name: 'work', invoke, pids: () => [], close: async () => {} };
  const { batchSize = 1, maxConcurrency = 2, report = true } = spec;
  const { close } = startEventSource({
    spec: { queueArn: QUEUE, functionArn: 'fn', batchSize, maxConcurrency, reportBatchItemFailures: report },
    queues: queue,
    fn,
    region: 'eu-north-1',
    log: (line) => lines.push(line.text),
  });
  return { queue, invoke, lines, close };
}

async function answer(handler: Handler, batch: Batch): Promise<InvokeResult> {
  try {
    return { ok: true, payload: JSON.stringify((await handler(batch)) ?? null), requestId: 'r' };
  } catch (error) {
    return { ok: false, errorType: 'Error', errorMessage: String(error), requestId: 'r' };
  }
}
