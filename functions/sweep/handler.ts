import type { Context } from 'aws-lambda';
import * as z from 'zod/mini';
import { readConfig } from '../../lib/config.ts';
import { createMetrics } from '../../lib/metrics/metrics.ts';
import { deadLetters } from '../../lib/queue/dead-letters.ts';
import { eventsOut } from '../../lib/queue/events-out.ts';
import { createSqs, workQueue } from '../../lib/queue/work-queue.ts';
import { inputBucket } from '../../lib/store/input-bucket.ts';
import { inputVersions } from '../../lib/store/input-versions.ts';
import { outputBucket } from '../../lib/store/output-bucket.ts';
import { createS3 } from '../../lib/store/s3.ts';
import { type Deps, type Swept, sweep } from '../../lib/sweep/sweep.ts';
import { buildLog } from '../../lib/table/build-log.ts';
import { clearances } from '../../lib/table/clearances.ts';
import { createDynamo } from '../../lib/table/dynamodb.ts';
import { eventLog } from '../../lib/table/events.ts';
import { openedBuilds } from '../../lib/table/opened-builds.ts';
import { sweepState } from '../../lib/table/sweep-state.ts';
import { announcing } from '../announcing.ts';
import { logging } from '../logging.ts';

const config = readConfig(process.env);
const log = logging(config);
const metrics = createMetrics(config);
const announce = announcing({ events: eventsOut({ bus: config.eventBus, stage: config.stage }), metrics });
const [s3, sqs, dynamo] = [createS3(), createSqs(), createDynamo()];
const clock = { now: Date.now, newId: () => crypto.randomUUID() };
const deps: Deps = {
  input: inputBucket(s3, config.inputBucket),
  versions: inputVersions(s3, config.inputBucket),
  output: outputBucket(s3, config.outputBucket),
  log: buildLog(dynamo, config.tableName),
  opened: openedBuilds(dynamo, config.tableName),
  events: eventLog(dynamo, config.tableName),
  queue: workQueue(sqs, config.queueUrl),
  clearances: clearances(dynamo, config.tableName, clock),
  deadLetters: deadLetters(sqs, config.deadLettersUrl, config.queueUrl),
  state: sweepState(dynamo, config.tableName, Date.now),
  announce,
  ...clock,
  runtime: config.runtime,
};

/** Of this function's time, what is left for the part that is under way, and for telling of it. */
const MARGIN_MS = 15_000;

/** What whoever calls it by hand may say; the schedule's own events say nothing of it. */
const EVENT = z.object({
  /** What is younger is not taken for lost. */
  graceSeconds: z._default(z.number().check(z.minimum(0)), 300),
  /** Whether the walks through the buckets begin anew now. */
  afresh: z._default(z.boolean(), false),
});

/** Runs on a schedule. What it found stands in its answer, in a line of the log, and in the metrics. */
export async function handler(event: unknown, context: Context): Promise<Omit<Swept, 'failures' | 'told'>> {
  const { graceSeconds, afresh } = EVENT.parse(event);
  const until = Date.now() + context.getRemainingTimeInMillis() - MARGIN_MS;
  const { failures, told, ...swept } = await sweep(deps, { graceMs: graceSeconds * 1_000, until, afresh });
  const requestId = context.awsRequestId;
  measure(swept, told.length);
  await metrics.flush();
  log('info', 'swept', { requestId, ...swept, told: told.map(({ id }) => id) });
  for (const error of failures) log('error', 'a part of the sweep failed', { requestId, error });
  // Known as an error to whoever counts them; the next run tries again.
  if (failures.length > 0) throw new Error(`${failures.length} parts of the sweep failed`);
  return swept;
}

function measure(
  { lost, askedAgain, oldestPendingMs }: Omit<Swept, 'failures' | 'told'>,
  told: number,
): void {
  const found = Object.values(lost).reduce((sum, one) => sum + one, 0);
  if (found > 0) metrics.add('LostFound', found);
  if (askedAgain > 0) metrics.add('BuildsAskedAgain', askedAgain);
  if (told > 0) metrics.add('DeadLettersTold', told);
  if (oldestPendingMs !== undefined) metrics.add('OldestPendingSeconds', oldestPendingMs / 1_000);
}
