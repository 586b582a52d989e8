import { authenticate } from '../../lib/auth/authenticate.ts';
import { basicIdentify } from '../../lib/auth/basic.ts';
import { readConfig } from '../../lib/config.ts';
import { httpHandler } from '../../lib/http/http-handler.ts';
import { loadSecret } from '../../lib/secrets/load-secret.ts';
import { inputBucket } from '../../lib/store/input-bucket.ts';
import { outputBucket } from '../../lib/store/output-bucket.ts';
import { createS3 } from '../../lib/store/s3.ts';
import { buildLog } from '../../lib/table/build-log.ts';
import { createDynamo } from '../../lib/table/dynamodb.ts';
import { eventLog } from '../../lib/table/events.ts';
import { getBuild } from './build.ts';
import type { Deps } from './deps.ts';
import { download } from './download.ts';
import { getEvents } from './events.ts';
import { getHealth } from './health.ts';
import { upload } from './upload.ts';

const config = readConfig(process.env);
const s3 = createS3();
const dynamo = createDynamo();
const deps: Deps = {
  input: inputBucket(s3, config.inputBucket),
  output: outputBucket(s3, config.outputBucket),
  log: buildLog(dynamo, config.tableName),
  events: eventLog(dynamo, config.tableName),
  now: Date.now,
  newId: () => crypto.randomUUID(),
  version: config.version,
};

export const handler = httpHandler({
  basePath: config.basePath,
  authenticate: authenticate(basicIdentify(() => loadSecret(config.secret))),
  handlers: {
    health: () => getHealth(deps),
    events: (request) => getEvents(deps, request),
    build: (request) => getBuild(deps, request),
    download: (request) => download(deps, request),
    upload: (request) => upload(deps, request),
    put: (request) => upload(deps, request),
  },
});
