import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { Deps } from '../../lib/build/deps.ts';
import { MAX_RECEIVES, readConfig } from '../../lib/config.ts';
import { render } from '../../lib/image/render.ts';
import { createSqs, workQueue } from '../../lib/queue/work-queue.ts';
import { inputBucket } from '../../lib/store/input-bucket.ts';
import { outputBucket } from '../../lib/store/output-bucket.ts';
import { createS3 } from '../../lib/store/s3.ts';
import { buildLog } from '../../lib/table/build-log.ts';
import { createDynamo } from '../../lib/table/dynamodb.ts';
import { handleMessage } from './handle-message.ts';

const config = readConfig(process.env);
const s3 = createS3();
const deps: Deps = {
  input: inputBucket(s3, config.inputBucket),
  output: outputBucket(s3, config.outputBucket),
  log: buildLog(createDynamo(), config.tableName),
  queue: workQueue(createSqs(), config.queueUrl),
  render: (source, outputs) =>
    render(
      source,
      outputs.map(({ recipe }) => recipe),
    ),
  now: Date.now,
  newId: () => crypto.randomUUID(),
  deleteInput: config.deleteInput,
  maxSourceBytes: config.maxSourceBytes,
  runtime: config.runtime,
};

/** Takes messages from the work queue, one or a few at a time; those that have to come again are told back by their ids. */
export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  const deadline = Date.now() + context.getRemainingTimeInMillis();
  const results = await Promise.all(event.Records.map((record) => take(record, deadline)));
  return {
    batchItemFailures: results.flatMap((failed) =>
      failed === undefined ? [] : [{ itemIdentifier: failed }],
    ),
  };
}

async function take(record: SQSRecord, deadline: number): Promise<string | undefined> {
  const { body, receiptHandle, messageId } = record;
  const receives = Number(record.attributes.ApproximateReceiveCount);
  try {
    const done = await handleMessage(
      deps,
      { body, receiptHandle, receives },
      { deadline, maxReceives: MAX_RECEIVES },
    );
    return done ? undefined : messageId;
  } catch (error) {
    console.error(
      JSON.stringify({
        level: 'error',
        message: 'outage: the message comes again',
        messageId,
        receives,
        error: tell(error),
      }),
    );
    return messageId;
  }
}

function tell(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
