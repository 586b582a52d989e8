import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { freePort } from '../../infra/local/ports.ts';
import { type Runtime, type RuntimeOptions, startRuntime } from '../../infra/local/runtime.ts';
import { checkDescribed } from './openapi.ts';

export const ROOT = resolve(import.meta.dirname, '../..');
export const INPUT = 'darkroom-input';
export const OUTPUT = 'darkroom-output';
const FIRST = { user: 'tester', password: 'tester-password' };

/** The first user's as S3 keys. */
export const CREDENTIALS = { accessKeyId: FIRST.user, secretAccessKey: FIRST.password };

/** A whole Darkroom of this test's own, in a temporary folder and on ports that nobody uses. */
export interface TestDarkroom {
  readonly runtime: Runtime;
  readonly s3: S3Client;
  /** A request with the first user's credentials, unless the headers have others. Throws for an answer that is not as described. */
  readonly http: (path: string, init?: RequestInit) => Promise<Response>;
  readonly close: () => Promise<void>;
}

export function temporaryHome(): { readonly home: string; readonly remove: () => void } {
  const home = mkdtempSync(join(tmpdir(), 'darkroom-'));
  return { home, remove: () => rmSync(home, { recursive: true, force: true }) };
}

export async function startDarkroom(options: Partial<RuntimeOptions> = {}): Promise<TestDarkroom> {
  const { home, remove } = temporaryHome();
  const [port, awsPort] = [await freePort(), await freePort()];
  const loopback = { root: ROOT, home, host: '127.0.0.1', port, awsPort, region: 'us-east-1' };
  const runtime = await startRuntime({
    ...loopback,
    ...FIRST,
    context: {},
    log: () => undefined,
    ...options,
  });
  const client = s3Client(runtime.awsUrl);
  return {
    runtime,
    s3: client,
    http: httpClient(runtime.apiUrl),
    async close() {
      client.destroy();
      await runtime.close();
      remove();
    },
  };
}

export function s3Client(endpoint: string): S3Client {
  return new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials: CREDENTIALS });
}

export function httpClient(apiUrl: string): TestDarkroom['http'] {
  const authorization = `Basic ${btoa(`${FIRST.user}:${FIRST.password}`)}`;
  return async (path, init = {}) => {
    const url = path.startsWith('http') ? path : apiUrl + path;
    const answer = await fetch(url, { ...init, headers: { authorization, ...init.headers } });
    if (url.startsWith(`${apiUrl}/`))
      await checkDescribed(init.method ?? 'GET', url.slice(apiUrl.length), answer);
    return answer;
  };
}

/** The environment that gives a `npm start` of its own the same credentials. */
export const FIRST_USER = { DARKROOM_USER: FIRST.user, DARKROOM_PASSWORD: FIRST.password };

export async function put(
  s3: S3Client,
  key: string,
  body: Uint8Array | string,
  bucket = INPUT,
): Promise<string> {
  const { VersionId } = await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
  return VersionId ?? 'null';
}

export async function get(s3: S3Client, key: string): Promise<Buffer> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: OUTPUT, Key: key }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}

export async function outputKeys(s3: S3Client, prefix = '', bucket = OUTPUT): Promise<readonly string[]> {
  const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }));
  return (Contents ?? []).flatMap(({ Key }) => (Key === undefined ? [] : [Key]));
}

export interface LoggedEvent {
  readonly build: string;
  readonly image: string;
  readonly event: string;
  readonly status: string;
  readonly code: string | null;
  readonly message: string | null;
  readonly outputs: readonly { readonly key: string; readonly sha256: string }[];
}

export async function events(
  http: TestDarkroom['http'],
  query: Record<string, string>,
): Promise<readonly LoggedEvent[]> {
  const found: LoggedEvent[] = [];
  let cursor: string | null = null;
  do {
    const page: URLSearchParams = new URLSearchParams({
      limit: '1000',
      ...query,
      ...(cursor !== null && { cursor }),
    });
    const answer = await http(`/events?${page}`);
    if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()}`);
    const body = (await answer.json()) as { events: LoggedEvent[]; next: string | null };
    found.push(...body.events);
    cursor = body.next;
  } while (cursor !== null);
  return found;
}

/** The last event of an image, once its last build has ended. */
export async function ended(
  http: TestDarkroom['http'],
  image: string,
  withinMs = 20_000,
): Promise<LoggedEvent> {
  return until(async () => {
    const last = (await events(http, { image })).at(-1);
    return last?.status === 'FINISHED' || last?.status === 'FAILED' ? last : undefined;
  }, withinMs);
}

/** What `look` gives once it gives something. */
export async function until<T>(look: () => Promise<T | undefined>, withinMs = 20_000): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`nothing within ${withinMs} ms`);
    await sleep(50);
  }
}
