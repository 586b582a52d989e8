import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  GetObjectCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startEndpoint } from '../../../../infra/local/aws/endpoint.ts';
import { CREDENTIALS, endpointOptions, VERSIONED, WORK } from './live-endpoint.ts';

const ROUNDS = 2;
const WRITERS = 8;
const KEYS = 5;

let home: string;
let child: ChildProcess | undefined;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'darkroom-crash-'));
});
afterEach(() => {
  child?.kill('SIGKILL');
  rmSync(home, { recursive: true, force: true });
});

it('killed at any moment, it keeps each acknowledged version whole, and tells of each stored one exactly once', async () => {
  const acknowledged = new Map<string, string>();
  for (let round = 0; round < ROUNDS; round++) {
    const client = await startChild();
    const writers = Array.from({ length: WRITERS }, () => write(client, acknowledged));
    await sleep(600 + Math.random() * 400);
    child?.kill('SIGKILL');
    await Promise.all(writers);
    client.destroy();
  }

  const endpoint = await startEndpoint(endpointOptions(home));
  const client = clientOf(endpoint.url);
  const stored = new Map<string, string>();
  let KeyMarker: string | undefined;
  let VersionIdMarker: string | undefined;
  do {
    const page: ListObjectVersionsCommandOutput = await client.send(
      new ListObjectVersionsCommand({ Bucket: VERSIONED, KeyMarker, VersionIdMarker }),
    );
    for (const { Key, VersionId = '', ETag } of page.Versions ?? []) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: VERSIONED, Key, VersionId }));
      const md5 = createHash('md5')
        .update((await Body?.transformToByteArray()) ?? '')
        .digest('hex');
      expect(ETag, `${Key} ${VersionId} is whole`).toBe(`"${md5}"`);
      stored.set(VersionId, md5);
    }
    ({ NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker } = page);
  } while (KeyMarker !== undefined);
  expect(acknowledged.size).toBeGreaterThan(20);
  for (const [id, md5] of acknowledged) expect(stored.get(id), `version ${id}`).toBe(md5);

  const told: string[] = [];
  for (;;) {
    const messages = await endpoint.queues.receive(WORK.arn, { max: 10, waitMs: 0 });
    if (messages.length === 0) break;
    told.push(...messages.map(({ body }) => JSON.parse(body).Records[0].s3.object.versionId));
  }
  expect(told.sort()).toEqual([...stored.keys()].sort());
  client.destroy();
  await endpoint.close();
  const files = readdirSync(join(home, 'objects'), { recursive: true, withFileTypes: true }).filter((one) =>
    one.isFile(),
  );
  expect(files.length).toBe(stored.size);
});

async function startChild(): Promise<S3Client> {
  const started = spawn(process.execPath, [join(import.meta.dirname, 'crash-child.ts'), home], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child = started;
  const [line] = await once(started.stdout, 'data');
  return clientOf(String(line).trim());
}

function clientOf(endpoint: string): S3Client {
  return new S3Client({
    endpoint,
    region: 'us-east-1',
    credentials: CREDENTIALS,
    forcePathStyle: true,
    maxAttempts: 1,
  });
}

/** Overwrites a few keys with new content until the server is gone; remembers each version that it was told of. */
async function write(client: S3Client, acknowledged: Map<string, string>): Promise<void> {
  for (let i = 0; ; i++) {
    const Body = randomBytes(1 + Math.floor(Math.random() * 150_000));
    try {
      const put = await client.send(new PutObjectCommand({ Bucket: VERSIONED, Key: `k${i % KEYS}`, Body }));
      acknowledged.set(put.VersionId ?? '', createHash('md5').update(Body).digest('hex'));
    } catch {
      return;
    }
  }
}
