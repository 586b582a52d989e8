import { startEndpoint } from '../../../infra/local/aws/endpoint.ts';
import { startDynamo } from '../../../infra/local/dynamodb.ts';
import { freePort } from '../../../infra/local/ports.ts';

/** An AWS endpoint in a process of its own, so that its CPU is not counted: `node aws-child.ts <folder>` prints its URL. */
const [home = ''] = process.argv.slice(2);
const key = (name: string, type: string) => ({ AttributeName: name, KeyType: type });
const names = ['pk', 'sk', 'gsi1pk', 'gsi1sk', 'gsi2pk', 'gsi2sk'];
const index = (name: string) => ({
  IndexName: name,
  KeySchema: [key(`${name}pk`, 'HASH'), key(`${name}sk`, 'RANGE')],
  Projection: { ProjectionType: 'ALL' },
});
const dynamo = await startDynamo(home, [
  {
    name: 'darkroom-log',
    createTable: {
      TableName: 'darkroom-log',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: names.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: [key('pk', 'HASH'), key('sk', 'RANGE')],
      GlobalSecondaryIndexes: [index('gsi1'), index('gsi2')],
    },
  },
]);
const [accountId, region, port] = ['000000000000', 'us-east-1', await freePort()];
const endpoint = await startEndpoint({
  ...{ home, host: '127.0.0.1', port, region, accountId },
  accessKeys: new Map([['bench', 'bench-secret']]),
  buckets: [
    { name: 'darkroom-input', versioned: true, notifications: [] },
    { name: 'darkroom-output', versioned: false, notifications: [] },
  ],
  queues: [
    {
      ...{
        name: 'work',
        arn: `arn:aws:sqs:${region}:${accountId}:work`,
        url: `http://127.0.0.1:${port}/${accountId}/work`,
      },
      ...{ visibilityTimeoutSeconds: 60, retentionSeconds: 3_600, delaySeconds: 0 },
    },
  ],
  dynamodbSocket: dynamo.socket,
});
console.log(endpoint.url);
process.stdin.on('end', () => process.exit(0)).resume();
