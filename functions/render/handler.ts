import { setTimeout } from 'node:timers/promises';
import { authenticate } from '../../lib/auth/authenticate.ts';
import { credentials, remembering } from '../../lib/auth/credentials.ts';
import { readConfig } from '../../lib/config.ts';
import { httpHandler } from '../../lib/http/http-handler.ts';
import { render } from '../../lib/image/render.ts';
import { createSqs, workQueue } from '../../lib/queue/work-queue.ts';
import { loadFirstUser, loadSigningKeys } from '../../lib/secrets/load-secret.ts';
import { inputBucket } from '../../lib/store/input-bucket.ts';
import { outputBucket } from '../../lib/store/output-bucket.ts';
import { createS3 } from '../../lib/store/s3.ts';
import { buildLog } from '../../lib/table/build-log.ts';
import { createDynamo } from '../../lib/table/dynamodb.ts';
import { tokens } from '../../lib/table/tokens.ts';
import { users } from '../../lib/table/users.ts';
import type { Deps } from './deps.ts';
import { getImage } from './get-image.ts';

const config = readConfig(process.env);
const s3 = createS3();
const dynamo = createDynamo();
const deps: Deps = {
  input: inputBucket(s3, config.inputBucket),
  output: outputBucket(s3, config.outputBucket),
  log: buildLog(dynamo, config.tableName),
  queue: workQueue(createSqs(), config.queueUrl),
  render,
  now: Date.now,
  newId: () => crypto.randomUUID(),
  sleep: setTimeout,
  users: users(dynamo, config.tableName),
  tokens: tokens(dynamo, config.tableName),
  loadFirst: remembering(() => loadFirstUser(config.secret), Date.now),
  loadKeys: remembering(() => loadSigningKeys(config.signingSecret), Date.now),
  version: config.version,
};

export const handler = httpHandler({
  basePath: config.basePath,
  authenticate: authenticate(credentials(deps)),
  handlers: { image: (request) => getImage(deps, request) },
});
