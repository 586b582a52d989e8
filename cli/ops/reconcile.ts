import { parseArgs } from 'node:util';
import { createSqs, workQueue } from '../../lib/queue/work-queue.ts';
import { inputBucket } from '../../lib/store/input-bucket.ts';
import { inputVersions } from '../../lib/store/input-versions.ts';
import { outputBucket } from '../../lib/store/output-bucket.ts';
import { createS3 } from '../../lib/store/s3.ts';
import { asking, type Deps } from '../../lib/sweep/deps.ts';
import { reconcile } from '../../lib/sweep/reconcile.ts';
import { buildLog } from '../../lib/table/build-log.ts';
import { clearances } from '../../lib/table/clearances.ts';
import { createDynamo } from '../../lib/table/dynamodb.ts';
import { eventLog } from '../../lib/table/events.ts';
import { openedBuilds } from '../../lib/table/opened-builds.ts';
import { sweepState } from '../../lib/table/sweep-state.ts';
import { findPlace, type OpsPlace } from './place.ts';
import { runOps, showProgress } from './run-ops.ts';

const USAGE =
  'npm run reconcile -- [--prefix P] [--stage S] [--older-than SECONDS] [--dry-run]\nCompares the buckets with the log, and asks for what is missing; with --dry-run it only counts.';

/** What was found, as a person reads it. */
const TOLD = {
  unannounced: 'versions and removals that the log knew nothing of',
  unmade: 'images whose outputs did not stand',
  orphans: 'outputs whose image is gone',
} as const;

await runOps(USAGE, async () => {
  const { values } = parseArgs({
    options: {
      prefix: { type: 'string', default: '' },
      stage: { type: 'string' },
      'older-than': { type: 'string', default: '300' },
      'dry-run': { type: 'boolean', default: false },
    },
  });
  const olderThanMs = Number(values['older-than']) * 1_000;
  if (!(olderThanMs >= 0)) throw new Error('--older-than takes seconds');
  const place = await findPlace(values.stage, process.env);
  const isDry = values['dry-run'];
  console.log(`${isDry ? 'Looking at' : 'Reconciling'} ${place.told}`);
  const deps = depsOf(place);
  const all = await reconcile(deps, {
    prefix: values.prefix,
    before: Date.now() - olderThanMs,
    ask: isDry ? async () => undefined : asking(deps),
    onPage: (walk, { seen, found }) => showProgress(`${walk}: ${seen} seen, ${found} found`),
  });
  showProgress('');
  for (const [name, { seen, found }] of Object.entries(all))
    console.log(`${found} of ${seen}: ${TOLD[name as keyof typeof TOLD]}`);
  const found = Object.values(all).reduce((sum, walk) => sum + walk.found, 0);
  if (found > 0) console.log(isDry ? 'Nothing was asked for.' : 'All of that is asked for now.');
});

function depsOf(place: OpsPlace): Deps {
  const [s3, dynamo] = [createS3(), createDynamo()];
  const clock = { now: Date.now, newId: () => crypto.randomUUID() };
  return {
    input: inputBucket(s3, place.inputBucket),
    versions: inputVersions(s3, place.inputBucket),
    output: outputBucket(s3, place.outputBucket),
    log: buildLog(dynamo, place.tableName),
    opened: openedBuilds(dynamo, place.tableName),
    events: eventLog(dynamo, place.tableName),
    queue: workQueue(createSqs(), place.queueUrl),
    clearances: clearances(dynamo, place.tableName, clock),
    state: sweepState(dynamo, place.tableName, Date.now),
    ...clock,
    runtime: undefined,
  };
}
