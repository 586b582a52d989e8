import { join } from 'node:path';
import {
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { functionKeys } from '../../../infra/local/aws/access/access-key.ts';
import { checkPermissions } from '../../../infra/local/check-permissions.ts';
import { type LocalDynamo, startDynamo } from '../../../infra/local/dynamodb.ts';
import { readTopology } from '../../../infra/local/topology/read-topology.ts';
import { readAssembly } from '../../../infra/local/topology/templates.ts';
import type { Topology } from '../../../infra/local/topology/topology.ts';
import { createProject, type Project, runApp } from '../project.ts';
import { type LiveEndpoint, liveEndpoint } from './aws/live-endpoint.ts';

const ACCOUNT = '000000000000';
const NAMES = ['process', 'api', 'render'] as const;
type Name = (typeof NAMES)[number];

let project: Project;
let topology: Topology;
let dynamo: LocalDynamo;
let endpoint: LiveEndpoint;

/** The stacks as they are synthesized for one machine, and the endpoint with the keys that it gives to their functions. */
beforeAll(async () => {
  project = createProject();
  const outdir = join(project.root, 'cdk.out');
  const place = { region: 'us-east-1', accountId: ACCOUNT };
  await runApp({ root: project.root, outdir, context: { target: 'here', home: project.root, ...place } });
  topology = readTopology(readAssembly(outdir), { ...place, awsUrl: 'http://127.0.0.1:4566' });
  dynamo = await startDynamo(project.root, topology.tables);
  endpoint = await started(topology);
  const cat = { Bucket: 'darkroom-input', Key: 'cat.jpg', Body: 'x' };
  await endpoint.s3.send(new PutObjectCommand(cat));
  await endpoint.s3.send(new PutObjectCommand({ ...cat, Bucket: 'darkroom-output' }));
});
afterAll(async () => {
  await endpoint?.end();
  await dynamo?.close();
  project?.remove();
});

function started(of: Topology): Promise<LiveEndpoint> {
  const keys = functionKeys(of, new Map(of.functions.map(({ name }) => [name, `${name}-secret`])));
  return liveEndpoint({
    ...{ buckets: of.buckets, queues: of.queues, resourcePolicies: of.resourcePolicies },
    ...{ findKey: (id) => keys.get(id), dynamodbSocket: dynamo.socket },
  });
}

/** The clients that a function has. */
function clientsOf(name: Name, url = endpoint.url) {
  const credentials = { accessKeyId: `darkroom-${name}`, secretAccessKey: `darkroom-${name}-secret` };
  const config = { endpoint: url, region: 'us-east-1', credentials, maxAttempts: 1 };
  const QueueUrl = `${url}/${ACCOUNT}/darkroom-work`;
  return {
    s3: new S3Client({ ...config, forcePathStyle: true }),
    sqs: new SQSClient(config),
    dynamodb: new DynamoDBClient(config),
    QueueUrl,
  };
}

type Clients = ReturnType<typeof clientsOf>;
const key = { pk: { S: 'a' }, sk: { S: 'b' } };
const query = { KeyConditionExpression: 'gsi1pk = :pk', ExpressionAttributeValues: { ':pk': { S: 'a' } } };
const TableName = 'darkroom-log';

/** What is tried, and which functions may. */
const CALLS: Readonly<
  Record<string, readonly [call: (clients: Clients) => Promise<unknown>, who: readonly Name[]]>
> = {
  'read an upload': [
    ({ s3 }) => s3.send(new GetObjectCommand({ Bucket: 'darkroom-input', Key: 'cat.jpg' })),
    NAMES,
  ],
  upload: [
    ({ s3 }) => s3.send(new PutObjectCommand({ Bucket: 'darkroom-input', Key: 'dog.jpg', Body: 'x' })),
    ['api'],
  ],
  'remove an upload': [
    ({ s3 }) => s3.send(new DeleteObjectCommand({ Bucket: 'darkroom-input', Key: 'gone.jpg' })),
    ['api'],
  ],
  'read an output': [
    ({ s3 }) => s3.send(new GetObjectCommand({ Bucket: 'darkroom-output', Key: 'cat.jpg' })),
    NAMES,
  ],
  'write an output': [
    ({ s3 }) => s3.send(new PutObjectCommand({ Bucket: 'darkroom-output', Key: 'a', Body: 'x' })),
    ['process'],
  ],
  'keep a derivation': [
    ({ s3 }) => s3.send(new PutObjectCommand({ Bucket: 'darkroom-output', Key: 'derived/a', Body: 'x' })),
    ['process', 'render'],
  ],
  'submit work': [
    ({ sqs, QueueUrl }) => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' })),
    NAMES,
  ],
  'take work': [({ sqs, QueueUrl }) => sqs.send(new ReceiveMessageCommand({ QueueUrl })), ['process']],
  'write the log': [({ dynamodb }) => dynamodb.send(new PutItemCommand({ TableName, Item: key })), NAMES],
  'read the log': [({ dynamodb }) => dynamodb.send(new GetItemCommand({ TableName, Key: key })), NAMES],
  'list from the log': [
    ({ dynamodb }) => dynamodb.send(new QueryCommand({ TableName, IndexName: 'gsi1', ...query })),
    NAMES,
  ],
  'read the whole log': [({ dynamodb }) => dynamodb.send(new ScanCommand({ TableName })), []],
};

const rows = NAMES.flatMap((name) =>
  Object.entries(CALLS).map(([what, [call, who]]) => ({ name, what, call, may: who.includes(name) })),
);

describe('over the wire, with its own key,', () => {
  it.each(rows.filter(({ may }) => may))('$name may $what', async ({ name, call }) => {
    await expect(call(clientsOf(name))).resolves.toBeDefined();
  });

  it.each(rows.filter(({ may }) => !may))('$name may not $what', async ({ name, call }) => {
    await expect(call(clientsOf(name))).rejects.toThrow(
      new RegExp(
        `^User: arn:aws:sts::${ACCOUNT}:assumed-role/${name}Role\\w+/darkroom-${name} is not authorized to perform: `,
      ),
    );
  });
});

describe('when one permission is deleted from the template', () => {
  const without = (name: Name, action: string): Topology => {
    const { roleArn } = topology.functions.find((fn) => fn.name === `darkroom-${name}`) ?? {};
    const roles = topology.roles.map((role) => {
      const policy = role.policy.map((one) => ({
        ...one,
        actions: { ...one.actions, patterns: one.actions.patterns.filter((it) => it !== action) },
      }));
      return role.arn === roleArn ? { ...role, policy } : role;
    });
    return { ...topology, roles };
  };

  it('the function’s call fails, and says which', async () => {
    const lesser = await started(without('api', 's3:PutObject'));
    const [upload] = CALLS.upload ?? [];
    await expect(upload?.(clientsOf('api', lesser.url))).rejects.toThrow(
      'is not authorized to perform: s3:PutObject',
    );
    await lesser.end();
  });

  it('and the queue needs it to feed the function, the start fails, and says which', () => {
    expect(() => checkPermissions(topology)).not.toThrow();
    expect(() => checkPermissions(without('process', 'sqs:DeleteMessage'))).toThrow(
      'its role lacks sqs:DeleteMessage',
    );
  });
});
