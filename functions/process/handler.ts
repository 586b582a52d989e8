import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { Deps } from '../../lib/build/deps.ts';
import { MAX_RECEIVES, readConfig } from '../../lib/config.ts';
import { isServedByPreview } from '../../lib/image/from-preview.ts';
import { render } from '../../lib/image/render.ts';
import { createMetrics } from '../../lib/metrics/metrics.ts';
import { eventsOut } from '../../lib/queue/events-out.ts';
import { createSqs, workQueue } from '../../lib/queue/work-queue.ts';
import { inputBucket } from '../../lib/store/input-bucket.ts';
import { outputBucket } from '../../lib/store/output-bucket.ts';
import { createS3 } from '../../lib/store/s3.ts';
import { buildLog } from '../../lib/table/build-log.ts';
import { createDynamo } from '../../lib/table/dynamodb.ts';
import { facts } from '../../lib/table/facts.ts';
import { uploadOwners } from '../../lib/table/upload-owners.ts';
import { announcing } from '../announcing.ts';
import { collectSeldom } from '../collect-seldom.ts';
import { logging } from '../logging.ts';
import { handleMessage } from './handle-message.ts';

const config = readConfig(process.env);
const log = logging(config);
const metrics = createMetrics(config);
const s3 = createS3();
const dynamo = createDynamo();
const newId = () => crypto.randomUUID();
const deps: Deps = {
  input: inputBucket(s3, config.inputBucket),
  output: outputBucket(s3, config.outputBucket),
  log: buildLog(dynamo, config.tableName),
  userFacts: facts(dynamo, config.tableName, newId),
  owners: uploadOwners(dynamo, config.tableName, { now: Date.now, newId }),
  queue: workQueue(createSqs(), config.queueUrl),
  render: (source, outputs) =>
    render(
      source,
      outputs.map(({ recipe }) => recipe),
    ),
  isServedByPreview,
  announce: announcing({ events: eventsOut({ bus: config.eventBus, stage: config.stage }), metrics }),
  now: Date.now,
  newId,
  deleteInput: config.deleteInput,
  maxSourceBytes: config.maxSourceBytes,
  runtime: config.runtime,
};

/** Takes messages from the work queue, one or a few at a time; those that have to come again are told back by their ids. */
export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  const deadline = Date.now() + context.getRemainingTimeInMillis();
  const results = await Promise.all(
    event.Records.map((record) => take(record, deadline, context.awsRequestId)),
  );
  await metrics.flush();
  collectSeldom();
  return {
    batchItemFailures: results.flatMap((failed) =>
      failed === undefined ? [] : [{ itemIdentifier: failed }],
    ),
  };
}

async function take(record: SQSRecord, deadline: number, requestId: string): Promise<string | undefined> {
  const { body, receiptHandle, messageId, attributes } = record;
  const receives = Number(attributes.ApproximateReceiveCount);
  const message = { body, receiptHandle, receives, sentMs: Number(attributes.SentTimestamp) };
  try {
    const done = await handleMessage(deps, message, { deadline, maxReceives: MAX_RECEIVES });
    return done ? undefined : messageId;
  } catch (error) {
    log('error', 'outage: the message comes again', { requestId, messageId, receives, error });
    return messageId;
  }
}
