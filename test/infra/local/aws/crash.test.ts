import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  GetObjectCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Endpoint, startEndpoint } from '../../../../infra/local/aws/endpoint.ts';
import { openAccount, sha256, untilAcknowledged, writeUntilGone } from './crash-writers.ts';
import { CREDENTIALS, endpointOptions, VERSIONED, WORK } from './live-endpoint.ts';

/** `CRASH_ROUNDS=100 vitest run crash` for a long one. */
const ROUNDS = Number(process.env.CRASH_ROUNDS ?? 8);
const READERS = 8;
/** Three writers of uploads of up to two parts: what they had under way at a kill stays until somebody aborts it. */
const LEFT_PARTS = 6;

let home: string;
let child: ChildProcess | undefined;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'darkroom-crash-'));
});
afterEach(() => {
  child?.kill('SIGKILL');
  rmSync(home, { recursive: true, force: true });
});

it(
  `killed ${ROUNDS} times under twelve writers, it has lost nothing, holds nothing torn, and told of each version exactly once`,
  async () => {
    const account = openAccount();
    for (let round = 0; round < ROUNDS; round++) {
      const client = await startChild();
      const writing = writeUntilGone(client, account);
      await untilAcknowledged(account, account.stored.size + 24);
      await sleep(Math.random() * 350);
      child?.kill('SIGKILL');
      await writing;
      client.destroy();
    }
    const endpoint = await startEndpoint(endpointOptions(home));
    const client = clientOf(endpoint.url);
    const { versions, markers } = await listAll(client);
    const sums = await readAll(client, versions);
    const { created, marked, removed } = await toldBy(endpoint);
    client.destroy();
    await endpoint.close();

    const lost = [...account.stored].filter(([id, sum]) => sums.get(id) !== sum && !account.removing.has(id));
    expect(lost, 'acknowledged versions that are lost or changed').toEqual([]);
    const torn = [...sums].filter(([, sum]) => !account.tried.has(sum));
    expect(torn, 'versions that hold what nobody wrote').toEqual([]);
    expect([...account.markers].filter((id) => !markers.includes(id))).toEqual([]);
    expect([...account.removed].filter((id) => sums.has(id))).toEqual([]);

    const gone = [...account.removing].filter((id) => !sums.has(id));
    expect(created.sort(), 'told of each creation once').toEqual([...sums.keys(), ...gone].sort());
    expect(marked.sort(), 'told of each marker once').toEqual(markers.sort());
    expect(removed.sort(), 'told of each removal once').toEqual(gone.sort());
    expect(
      filesIn(home),
      'a file for each content that a version or an unfinished upload holds',
    ).toBeLessThan(sums.size + LEFT_PARTS * ROUNDS + 1);
    for (const count of [account.stored.size, account.markers.size, account.removed.size]) {
      expect(count).toBeGreaterThan(0);
    }
  },
  20_000 + ROUNDS * 4_000,
);

async function startChild(): Promise<S3Client> {
  const started = spawn(process.execPath, [join(import.meta.dirname, 'crash-child.ts'), home], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child = started;
  const [line] = await once(started.stdout, 'data');
  return clientOf(String(line).trim());
}

function clientOf(endpoint: string): S3Client {
  const way = { region: 'us-east-1', credentials: CREDENTIALS, forcePathStyle: true, maxAttempts: 1 };
  return new S3Client({ endpoint, ...way });
}

interface Stored {
  readonly versions: readonly { readonly Key: string; readonly VersionId: string }[];
  readonly markers: string[];
}

async function listAll(client: S3Client): Promise<Stored> {
  const versions: { Key: string; VersionId: string }[] = [];
  const markers: string[] = [];
  let page: Partial<ListObjectVersionsCommandOutput> | undefined;
  do {
    const from = { KeyMarker: page?.NextKeyMarker, VersionIdMarker: page?.NextVersionIdMarker };
    page = await client.send(new ListObjectVersionsCommand({ Bucket: VERSIONED, ...from }));
    versions.push(...(page.Versions ?? []).map(({ Key = '', VersionId = '' }) => ({ Key, VersionId })));
    markers.push(...(page.DeleteMarkers ?? []).map(({ VersionId = '' }) => VersionId));
  } while (page.IsTruncated);
  return { versions, markers };
}

/** SHA-256 of each version as it is read. */
async function readAll(client: S3Client, versions: Stored['versions']): Promise<Map<string, string>> {
  const sums = new Map<string, string>();
  const waiting = [...versions];
  const read = async (): Promise<void> => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: VERSIONED, ...next }));
      sums.set(next.VersionId, sha256((await Body?.transformToByteArray()) ?? new Uint8Array()));
    }
  };
  await Promise.all(Array.from({ length: READERS }, read));
  return sums;
}

/** The version ids that the outbox tells of, by what happened to them. */
async function toldBy({ queues }: Endpoint) {
  const told = { created: [] as string[], marked: [] as string[], removed: [] as string[] };
  const lists = {
    ObjectCreated: told.created,
    'ObjectRemoved:DeleteMarkerCreated': told.marked,
    'ObjectRemoved:Delete': told.removed,
  };
  for (;;) {
    const messages = await queues.receive(WORK.arn, { max: 10, waitMs: 0, visibilitySeconds: 600 });
    if (messages.length === 0) return told;
    for (const { body } of messages) {
      const { eventName, s3 } = JSON.parse(body).Records[0];
      Object.entries(lists)
        .find(([name]) => eventName === name || eventName.startsWith(`${name}:`))?.[1]
        .push(s3.object.versionId);
    }
  }
}

function filesIn(folder: string): number {
  const entries = readdirSync(join(folder, 'objects'), { recursive: true, withFileTypes: true });
  return entries.filter((one) => one.isFile()).length;
}
