import { setTimeout } from 'node:timers/promises';
import { authenticate } from '../../lib/auth/authenticate.ts';
import { credentials } from '../../lib/auth/credentials.ts';
import { readConfig } from '../../lib/config.ts';
import { httpHandler } from '../../lib/http/http-handler.ts';
import { describe } from '../../lib/image/describe.ts';
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
import { announcing } from '../announcing.ts';
import { collectSeldom } from '../collect-seldom.ts';
import { credentialStores } from '../credential-stores.ts';
import { logging } from '../logging.ts';
import type { Deps } from './deps.ts';
import { getFacts } from './get-facts.ts';
import { getImage } from './get-image.ts';
import { getUrl } from './get-url.ts';
import { recentPictures } from './recent.ts';

/** A fiftieth of a sandbox: some hundred pictures of a page that people look at. */
const RECENT_BYTES = 32 * 2 ** 20;

const config = readConfig(process.env);
const s3 = createS3();
const dynamo = createDynamo();
const newId = (): string => crypto.randomUUID();
const metrics = createMetrics(config);
const queue = workQueue(createSqs(), config.queueUrl);
const announce = announcing({ events: eventsOut({ bus: config.eventBus, stage: config.stage }), metrics });
const deps: Deps = {
  ...credentialStores(dynamo, config),
  input: inputBucket(s3, config.inputBucket),
  output: outputBucket(s3, config.outputBucket),
  log: buildLog(dynamo, config.tableName),
  facts: facts(dynamo, config.tableName, newId),
  queue,
  render: (source, plan) =>
    render(
      source,
      plan.map(({ recipe }) => recipe),
    ),
  describe,
  isServedByPreview,
  metrics,
  // The picture stands, and is answered: what the bus does not take, a message has told again.
  announce: (end) => announce(end).catch(() => queue.send(end.build.id)),
  newId,
  recent: recentPictures(RECENT_BYTES),
  sleep: (ms) => setTimeout(ms, undefined, { ref: false }),
  deleteInput: config.deleteInput,
  maxSourceBytes: config.maxSourceBytes,
  runtime: config.runtime,
  version: config.version,
  cdnUrl: config.cdnUrl,
};

export const handler = httpHandler({
  basePath: config.basePath,
  publicUrl: config.publicUrl,
  logger: logging(config),
  afterEach: () => {
    collectSeldom();
    return metrics.flush();
  },
  authenticate: authenticate(credentials(deps)),
  handlers: {
    image: (request) => getImage(deps, request),
    imageFacts: (request) => getFacts(deps, request),
    imageUrl: (request) => getUrl(deps, request),
  },
});
