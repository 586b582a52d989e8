import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, expect, it } from 'vitest';
import type { ObservedCall } from '../../../../infra/local/aws/endpoint.ts';
import { CREDENTIALS, type LiveEndpoint, liveEndpoint } from './live-endpoint.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

it('passes calls of DynamoDB on to the server behind the socket, and shows them to the observer', async () => {
  const seen: string[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'darkroom-socket-'));
  const server = createServer(async (request, response) => {
    seen.push(`${request.headers['x-amz-target']} ${await text(request)}`);
    response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0', 'content-length': 64 });
    response.end(
      '{"__type":"x#ConditionalCheckFailedException","message":"refused"}'.slice(0, 64).padEnd(64),
    );
  });
  const dynamodbSocket = join(folder, 'db.sock');
  await new Promise<void>((resolve) => server.listen(dynamodbSocket, resolve));
  ends.push(
    () => server.close(),
    () => rmSync(folder, { recursive: true }),
  );
  const observed: ObservedCall[] = [];
  const live = await started({ dynamodbSocket, observe: (call) => void observed.push(call) });
  await expect(put(live, CREDENTIALS)).rejects.toMatchObject({ $metadata: { httpStatusCode: 400 } });
  expect(seen).toEqual(['DynamoDB_20120810.PutItem {"TableName":"table","Item":{"pk":{"S":"ü"}}}']);
  expect(observed).toEqual([
    { service: 'dynamodb', operation: 'PutItem', accessKeyId: 'darkroom', resource: 'table' },
  ]);
});

it('refuses calls of DynamoDB with a wrong secret, and says so when there is none behind', async () => {
  const live = await started({});
  const wrong = put(live, { ...CREDENTIALS, secretAccessKey: 'wrong' });
  await expect(wrong).rejects.toMatchObject({ name: 'InvalidSignatureException' });
  await expect(put(live, CREDENTIALS)).rejects.toMatchObject({ name: 'NotImplemented' });
});

async function started(options: Parameters<typeof liveEndpoint>[0]): Promise<LiveEndpoint> {
  const live = await liveEndpoint(options);
  ends.push(live.end);
  return live;
}

function put(live: LiveEndpoint, credentials: typeof CREDENTIALS) {
  const client = new DynamoDBClient({ endpoint: live.url, region: 'us-east-1', credentials, maxAttempts: 1 });
  return client.send(new PutItemCommand({ TableName: 'table', Item: { pk: { S: 'ü' } } }));
}
