import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { type Endpoint, type EndpointOptions, startEndpoint } from '../../../../infra/local/aws/endpoint.ts';
import type { QueueSpec } from '../../../../infra/local/topology/topology.ts';

export const SECRET = 'a secret/with+signs';
export const CREDENTIALS = { accessKeyId: 'darkroom', secretAccessKey: SECRET };
export const VERSIONED = 'versioned-bucket';
export const PLAIN = 'plain-bucket';
export const WORK = queueSpec('work', { redrive: { deadLetterArn: queueArn('dead'), maxReceiveCount: 2 } });
export const DEAD = queueSpec('dead', {});

export function queueArn(name: string): string {
  return `arn:aws:sqs:us-east-1:000000000000:${name}`;
}

export function queueSpec(name: string, more: Partial<QueueSpec>): QueueSpec {
  return {
    name,
    arn: queueArn(name),
    url: `http://127.0.0.1/000000000000/${name}`,
    visibilityTimeoutSeconds: 30,
    retentionSeconds: 1_209_600,
    delaySeconds: 0,
    ...more,
  };
}

/** The versioned bucket tells the queue `work` of everything; the plain one tells nobody. */
export function endpointOptions(home: string): EndpointOptions {
  const events = ['s3:ObjectCreated:*', 's3:ObjectRemoved:*'];
  return {
    home,
    host: '127.0.0.1',
    port: 0,
    region: 'us-east-1',
    accountId: '000000000000',
    accessKeys: new Map([['darkroom', SECRET]]),
    buckets: [
      { name: VERSIONED, versioned: true, notifications: [{ events, queueArn: WORK.arn }] },
      { name: PLAIN, versioned: false, notifications: [] },
    ],
    queues: [WORK, DEAD],
  };
}

export interface LiveEndpoint extends Endpoint {
  readonly home: string;
  readonly s3: S3Client;
  readonly sqs: SQSClient;
  s3With(config: S3ClientConfig): S3Client;
  /** Stops it and removes what it kept. */
  end(): Promise<void>;
}

export async function liveEndpoint(more: Partial<EndpointOptions> = {}): Promise<LiveEndpoint> {
  const home = mkdtempSync(join(tmpdir(), 'darkroom-aws-'));
  const endpoint = await startEndpoint({ ...endpointOptions(home), ...more });
  const config = { endpoint: endpoint.url, region: 'us-east-1', credentials: CREDENTIALS, maxAttempts: 1 };
  const clients: { destroy(): void }[] = [];
  const kept = <T extends { destroy(): void }>(client: T): T => {
    clients.push(client);
    return client;
  };
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closed ??= endpoint.close();
    return closed;
  };
  return {
    ...endpoint,
    close,
    home,
    s3: kept(new S3Client({ ...config, forcePathStyle: true })),
    sqs: kept(new SQSClient(config)),
    s3With: (other) => kept(new S3Client({ ...config, forcePathStyle: true, ...other })),
    async end() {
      for (const client of clients) client.destroy();
      await close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
