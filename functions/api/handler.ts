import { authenticate } from '../../lib/auth/authenticate.ts';
import { credentials, remembering } from '../../lib/auth/credentials.ts';
import { readConfig } from '../../lib/config.ts';
import { httpHandler } from '../../lib/http/http-handler.ts';
import { loadFirstUser, loadSigningKeys } from '../../lib/secrets/load-secret.ts';
import { inputBucket } from '../../lib/store/input-bucket.ts';
import { outputBucket } from '../../lib/store/output-bucket.ts';
import { createS3 } from '../../lib/store/s3.ts';
import { buildLog } from '../../lib/table/build-log.ts';
import { createDynamo } from '../../lib/table/dynamodb.ts';
import { eventLog } from '../../lib/table/events.ts';
import { tokens } from '../../lib/table/tokens.ts';
import { users } from '../../lib/table/users.ts';
import { getBuild } from './build.ts';
import type { Deps } from './deps.ts';
import { download } from './download.ts';
import { getEvents } from './events.ts';
import { getHealth } from './health.ts';
import { getOpenApi } from './openapi.ts';
import { deleteToken, postToken } from './tokens.ts';
import { upload } from './upload.ts';
import { deleteUser, listUsers, postUser } from './users.ts';

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
  users: users(dynamo, config.tableName),
  tokens: tokens(dynamo, config.tableName),
  loadFirst: remembering(() => loadFirstUser(config.secret), Date.now),
  loadKeys: remembering(() => loadSigningKeys(config.signingSecret), Date.now),
  version: config.version,
};

export const handler = httpHandler({
  basePath: config.basePath,
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
    upload: (request) => upload(deps, request),
    put: (request) => upload(deps, request),
  },
});
