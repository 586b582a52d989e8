import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { authenticate } from '../../lib/auth/authenticate.ts';
import { credentials } from '../../lib/auth/credentials.ts';
import { readConfig } from '../../lib/config.ts';
import { httpHandler } from '../../lib/http/http-handler.ts';
import { createMetrics } from '../../lib/metrics/metrics.ts';
import { deadLetters } from '../../lib/queue/dead-letters.ts';
import { eventsOut } from '../../lib/queue/events-out.ts';
import { createSqs, workQueue } from '../../lib/queue/work-queue.ts';
import { inputBucket } from '../../lib/store/input-bucket.ts';
import { inputVersions } from '../../lib/store/input-versions.ts';
import { outputBucket } from '../../lib/store/output-bucket.ts';
import { createS3 } from '../../lib/store/s3.ts';
import { uploadTickets } from '../../lib/store/upload-tickets.ts';
import { buildLog } from '../../lib/table/build-log.ts';
import { clearances } from '../../lib/table/clearances.ts';
import { createDynamo } from '../../lib/table/dynamodb.ts';
import { eventLog } from '../../lib/table/events.ts';
import { facts } from '../../lib/table/facts.ts';
import { idempotency } from '../../lib/table/idempotency.ts';
import { uploadOwners } from '../../lib/table/upload-owners.ts';
import { announcing } from '../announcing.ts';
import { credentialStores } from '../credential-stores.ts';
import { logging } from '../logging.ts';
import { getBuild } from './build.ts';
import { cancelBuild } from './cancel-build.ts';
import type { Deps } from './deps.ts';
import { download } from './download.ts';
import { getEvents } from './events.ts';
import { goOnClearing } from './go-on-clearing.ts';
import { getHealth } from './health.ts';
import { idempotently } from './idempotently.ts';
import { listBuilds } from './list-builds.ts';
import { listImages } from './list-images.ts';
import { getOpenApi } from './openapi.ts';
import { putFacts } from './put-facts.ts';
import { redrive } from './redrive.ts';
import { removeImage } from './remove-image.ts';
import { removeImages } from './remove-images.ts';
import { retryBuild } from './retry-build.ts';
import { startBuild } from './start-build.ts';
import { getStats } from './stats.ts';
import { deleteToken, postToken } from './tokens.ts';
import { upload } from './upload.ts';
import { uploadFiles } from './upload-files.ts';
import { postTicket } from './upload-ticket.ts';
import { deleteUser, listUsers, postUser } from './users.ts';

const config = readConfig(process.env);
const s3 = createS3();
const dynamo = createDynamo();
const clock = { now: Date.now, newId: () => crypto.randomUUID() };
const logger = logging(config);
const metrics = createMetrics(config);
const sqs = createSqs();
const deps: Deps = {
  logger,
  ...credentialStores(dynamo, config),
  input: inputBucket(s3, config.inputBucket),
  versions: inputVersions(s3, config.inputBucket),
  tickets: uploadTickets(s3, config.inputBucket),
  output: outputBucket(s3, config.outputBucket),
  log: buildLog(dynamo, config.tableName),
  clearances: clearances(dynamo, config.tableName, clock),
  events: eventLog(dynamo, config.tableName),
  facts: facts(dynamo, config.tableName, clock.newId),
  owners: uploadOwners(dynamo, config.tableName, clock),
  idempotency: idempotency(dynamo, config.tableName, clock),
  queue: workQueue(sqs, config.queueUrl),
  deadLetters: deadLetters(sqs, config.deadLettersUrl, config.queueUrl),
  ...clock,
  announce: announcing({ events: eventsOut({ bus: config.eventBus, stage: config.stage }), metrics }),
  version: config.version,
  runtime: config.runtime,
  maxSourceBytes: config.maxSourceBytes,
};

const http = httpHandler({
  basePath: config.basePath,
  publicUrl: config.publicUrl,
  logger,
  authenticate: authenticate(credentials(deps)),
  handlers: {
    health: () => getHealth(deps),
    openapi: (request) => getOpenApi(deps, request),
    makeToken: (request) => postToken(deps, request),
    revokeToken: (request) => deleteToken(deps, request),
    users: (request) => listUsers(deps, request),
    putUser: (request) => postUser(deps, request),
    removeUser: (request) => deleteUser(deps, request),
    events: (request) => getEvents(deps, request),
    build: (request) => getBuild(deps, request),
    download: (request) => download(deps, request),
    list: (request) => listImages(deps, request),
    uploadFiles: (request) => idempotently(deps, request, () => uploadFiles(deps, request)),
    upload: (request) => idempotently(deps, request, () => upload(deps, request)),
    put: (request) => idempotently(deps, request, () => upload(deps, request)),
    putFacts: (request) => putFacts(deps, request),
    uploadTicket: (request) => idempotently(deps, request, () => postTicket(deps, request)),
    remove: (request) => removeImage(deps, request),
    removeMany: (request) => removeImages(deps, request),
    startBuild: (request) => idempotently(deps, request, () => startBuild(deps, request)),
    builds: (request) => listBuilds(deps, request),
    cancelBuild: (request) => cancelBuild(deps, request),
    retryBuild: (request) => retryBuild(deps, request),
    redrive: () => redrive(deps),
    stats: (request) => getStats(deps, request),
  },
});

/** What EventBridge sends on a schedule; nobody behind the gateway can. */
interface Tick {
  readonly 'detail-type': 'Scheduled Event';
}

/** Answers the gateway, and goes on each minute with what requests left to be deleted. */
export async function handler(
  event: APIGatewayProxyEventV2 | Tick,
  context: Context,
): Promise<APIGatewayProxyStructuredResultV2 | undefined> {
  if (!('detail-type' in event)) return http(event, context);
  await goOnClearing(deps, context.getRemainingTimeInMillis()).finally(metrics.flush);
  return undefined;
}
