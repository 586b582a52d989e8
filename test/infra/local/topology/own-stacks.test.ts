import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { synthesize } from '../../../../infra/local/assembly.ts';
import { readTopology } from '../../../../infra/local/topology/read-topology.ts';
import type { Topology } from '../../../../infra/local/topology/topology.ts';
import { readConfig } from '../../../../lib/config.ts';
import { ROUTES, type Route } from '../../../../lib/http/routes.ts';
import { ROOT } from '../../project.ts';
import { PLACE } from './made-up.ts';

const WORK = 'arn:aws:sqs:eu-north-1:000000000000:darkroom-work';
const DEAD_LETTERS = 'arn:aws:sqs:eu-north-1:000000000000:darkroom-dead-letters';
const FUNCTION = 'arn:aws:lambda:eu-north-1:000000000000:function:darkroom';

let home: string;
let topology: Topology;
beforeAll(async () => {
  home = mkdtempSync(join(realpathSync(tmpdir()), 'darkroom-topology-'));
  const { region, accountId } = PLACE;
  const context = { target: 'here', home, region, accountId, basePath: '/base', processTimeoutSeconds: '20' };
  topology = readTopology(await synthesize({ root: ROOT, home, context }), PLACE);
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

it('the buckets have their short names, and uploads tell the work queue', () => {
  const events = ['s3:ObjectCreated:*', 's3:ObjectRemoved:*'];
  expect(topology.buckets).toMatchObject([
    { name: 'darkroom-input', versioned: true, notifications: [{ events, queueArn: WORK }] },
    { name: 'darkroom-output', versioned: true, notifications: [] },
  ]);
});

it('the buckets are private and encrypted, and their policies tell so', () => {
  for (const { settings } of topology.buckets) {
    expect(settings).toMatchObject({
      encryption: { Rule: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] },
      ownershipControls: { Rule: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      publicAccessBlock: { BlockPublicPolicy: 'true' },
      policy: expect.stringContaining('aws:SecureTransport'),
    });
  }
});

it('the work queue gives up into the dead letters', () => {
  expect(topology.queues).toMatchObject([
    { name: 'darkroom-dead-letters', arn: DEAD_LETTERS, retentionSeconds: 1_209_600 },
    {
      name: 'darkroom-work',
      arn: WORK,
      url: 'http://127.0.0.1:4566/000000000000/darkroom-work',
      visibilityTimeoutSeconds: 120,
      redrive: { deadLetterArn: DEAD_LETTERS, maxReceiveCount: 5 },
    },
  ]);
});

it('the table is created with what CreateTable takes', () => {
  const names = ['pk', 'sk', 'gsi1pk', 'gsi1sk', 'gsi2pk', 'gsi2sk'];
  expect(topology.tables).toMatchObject([
    {
      name: 'darkroom-log',
      ttlAttribute: 'expires',
      createTable: {
        TableName: 'darkroom-log',
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: names.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
        GlobalSecondaryIndexes: [{ IndexName: 'gsi1' }, { IndexName: 'gsi2' }],
      },
    },
  ]);
});

it('each function has its code and all that it reads, every value a text', () => {
  expect(topology.functions.map(({ arn }) => arn)).toEqual(
    ['process', 'api', 'render', 'sweep'].map((name) => `${FUNCTION}-${name}`),
  );
  for (const { codeDir, handler, environment } of topology.functions) {
    expect(existsSync(join(codeDir, 'index.mjs'))).toBe(true);
    expect(handler).toBe('index.handler');
    expect(readConfig(environment)).toMatchObject({
      inputBucket: 'darkroom-input',
      outputBucket: 'darkroom-output',
      tableName: 'darkroom-log',
      queueUrl: 'http://127.0.0.1:4566/000000000000/darkroom-work',
      basePath: '/base',
      secret: `file:${join(home, 'secret.json')}`,
    });
  }
});

it('process takes one message at a time, and as many at once as there are processors', () => {
  expect(topology.eventSources).toEqual([
    {
      queueArn: WORK,
      functionArn: `${FUNCTION}-process`,
      batchSize: 1,
      maxConcurrency: Math.max(2, availableParallelism()),
      reportBatchItemFailures: true,
    },
  ]);
});

it('the routes are those of the table, below the base path, with HEAD where there is GET and a last resort', () => {
  const routes = Object.values<Route>(ROUTES).filter(({ when }) => when === undefined);
  const expected = routes.flatMap(({ method, path, function: name }) =>
    (method === 'GET' ? ['GET', 'HEAD'] : [method]).map((it) => [
      `${it} /base${path}`,
      `${FUNCTION}-${name}`,
    ]),
  );
  const found = topology.api.routes.map(({ key, functionArn }) => [key, functionArn]);
  expect(found.toSorted()).toEqual([...expected, ['$default', `${FUNCTION}-api`]].toSorted());
  expect(new Set(topology.api.routes.map(({ timeoutMs }) => timeoutMs))).toEqual(new Set([30_000]));
});
