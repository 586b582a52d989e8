import { setTimeout as sleep } from 'node:timers/promises';
import type { MessageAttribute, ReceivedMessage } from '../aws/sqs/queues.ts';
import type { EventSourceSpec } from '../topology/topology.ts';
import { reportedFailures } from './batch-report.ts';
import type { InvokeResult, LambdaFunction } from './function.ts';
import type { LogLine } from './log-line.ts';

/** SQS gives at most 10 messages at once, and lets a caller wait 20 s for the first. */
const MAX_RECEIVED = 10;
const WAIT_MS = 20_000;
/** Pause after a queue that failed, so that its trouble does not become a busy loop. */
const RETRY_MS = 1_000;
/** How long `close` waits for the batches that run. */
const CLOSE_MS = 5_000;

/** What the event source needs of the queues. */
export interface MessageSource {
  receive(
    queueArn: string,
    options: { readonly max: number; readonly waitMs: number; readonly signal?: AbortSignal },
  ): Promise<readonly ReceivedMessage[]>;
  delete(queueArn: string, receiptHandle: string): void;
}

export interface EventSourceOptions {
  readonly spec: EventSourceSpec;
  readonly queues: MessageSource;
  readonly fn: LambdaFunction;
  readonly region: string;
  readonly log: (line: LogLine) => void;
}

/**
 * Polls a queue and invokes the function with what arrives, `maxConcurrency` batches at once, as Lambda does for SQS. What the
 * function failed on is left alone: SQS shows it again when its visibility ends, and moves it away when it was received too often.
 * https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 *
 * `close` stops polling and gives the batches that run 5 s; the messages of the others stay in the queue.
 */
export function startEventSource(options: EventSourceOptions): { close(): Promise<void> } {
  const stop = new AbortController();
  const abandon = new AbortController();
  const pollers = Array.from({ length: options.spec.maxConcurrency }, () =>
    poll(options, stop.signal, abandon.signal),
  );
  return {
    async close() {
      stop.abort();
      const timer = setTimeout(() => abandon.abort(), CLOSE_MS);
      await Promise.all(pollers);
      clearTimeout(timer);
    },
  };
}

async function poll(options: EventSourceOptions, stop: AbortSignal, abandon: AbortSignal): Promise<void> {
  const { spec, queues, fn, log } = options;
  const max = Math.min(spec.batchSize, MAX_RECEIVED);
  while (!stop.aborted) {
    try {
      const messages = await queues.receive(spec.queueArn, { max, waitMs: WAIT_MS, signal: stop });
      if (messages.length > 0) await handle(messages, options, abandon);
    } catch (error) {
      if (stop.aborted) return;
      log({ name: fn.name, stream: 'runtime', requestId: undefined, text: `${spec.queueArn}: ${error}` });
      await sleep(RETRY_MS, undefined, { signal: stop }).catch(() => {});
    }
  }
}

async function handle(
  messages: readonly ReceivedMessage[],
  options: EventSourceOptions,
  signal: AbortSignal,
): Promise<void> {
  const { spec, queues, fn, region, log } = options;
  const records = messages.map((message) => toRecord(message, spec.queueArn, region));
  const result = await fn.invoke({ Records: records }, { signal });
  const failed = failedIds(result, messages, spec);
  for (const { messageId, receiptHandle } of messages) {
    if (!failed.has(messageId)) queues.delete(spec.queueArn, receiptHandle);
  }
  if (failed.size > 0) {
    const why = result.ok ? 'reported by the function' : `${result.errorType}: ${result.errorMessage}`;
    const text = `${failed.size} of ${messages.length} messages failed, ${why}`;
    log({ name: fn.name, stream: 'runtime', requestId: result.requestId, text });
  }
}

function failedIds(
  result: InvokeResult,
  messages: readonly ReceivedMessage[],
  spec: EventSourceSpec,
): ReadonlySet<string> {
  const ids = new Set(messages.map((message) => message.messageId));
  if (!result.ok) return ids;
  return spec.reportBatchItemFailures ? reportedFailures(result.payload, ids) : new Set();
}

/** https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html#example-standard-queue-message-event */
function toRecord(
  message: ReceivedMessage,
  queueArn: string,
  region: string,
): Readonly<Record<string, unknown>> {
  const { messageId, receiptHandle, body, attributes, messageAttributes, md5OfBody } = message;
  return {
    messageId,
    receiptHandle,
    body,
    attributes,
    messageAttributes: Object.fromEntries(
      Object.entries(messageAttributes).map(([name, attribute]) => [name, toEventAttribute(attribute)]),
    ),
    md5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: region,
  };
}

/** Lambda spells them in camel case, and adds the two lists that SQS never filled. */
function toEventAttribute({ DataType, StringValue, BinaryValue }: MessageAttribute): unknown {
  return {
    dataType: DataType,
    stringValue: StringValue,
    binaryValue: BinaryValue,
    stringListValues: [],
    binaryListValues: [],
  };
}
