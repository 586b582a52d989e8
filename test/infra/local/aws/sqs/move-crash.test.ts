import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  ListMessageMoveTasksCommand,
  SendMessageBatchCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Endpoint, startEndpoint } from '../../../../../infra/local/aws/endpoint.ts';
import { CREDENTIALS, DEAD, endpointOptions, WORK } from '../live-endpoint.ts';

const MESSAGES = 400;
/** A step of 15 each tenth of a second: slow enough that a kill finds it in the middle. */
const PER_SECOND = 150;
/** Messages that are moved when the process is killed, or some more. */
const KILLED_AT = [0, 80, 180];
const SourceArn = DEAD.arn;

let home: string;
let child: ChildProcess | undefined;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'darkroom-move-'));
});
afterEach(() => {
  child?.kill('SIGKILL');
  rmSync(home, { recursive: true, force: true });
});

it(`a task that is killed ${KILLED_AT.length} times goes on, and moves each of ${MESSAGES} messages exactly once`, async () => {
  const sent = await withEndpoint(sendDead);
  for (const [round, atLeast] of KILLED_AT.entries()) {
    const sqs = clientOf(await startChild());
    if (round === 0) {
      const rate = { MaxNumberOfMessagesPerSecond: PER_SECOND };
      await sqs.send(new StartMessageMoveTaskCommand({ SourceArn, ...rate }));
    }
    const moved = async () => (await newest(sqs))?.ApproximateNumberOfMessagesMoved;
    await vi.waitFor(async () => expect(await moved()).toBeGreaterThanOrEqual(atLeast), WAITING);
    await sleep(Math.random() * 100);
    expect(await newest(sqs)).toMatchObject({ Status: 'RUNNING' });
    await killChild();
    sqs.destroy();
  }
  await withEndpoint(async (endpoint) => {
    const sqs = clientOf(endpoint.url);
    const told = { ApproximateNumberOfMessagesMoved: MESSAGES, ApproximateNumberOfMessagesToMove: MESSAGES };
    const whole = { Status: 'COMPLETED', ...told };
    await vi.waitFor(async () => expect(await newest(sqs)).toMatchObject(whole), WAITING);
    sqs.destroy();
    expect(endpoint.queues.depth(SourceArn)).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
    const got = await drain(endpoint, 600);
    expect(got.map(({ body }) => body).sort()).toEqual(sent.sort());
    expect(new Set(got.map(({ messageId }) => messageId)).size).toBe(MESSAGES);
  });
}, 60_000);

const WAITING = { timeout: 10_000, interval: 10 };

/** Messages that the queue `work` gave up. Returns their bodies. */
async function sendDead(endpoint: Endpoint): Promise<string[]> {
  const sqs = clientOf(endpoint.url);
  const bodies = Array.from({ length: MESSAGES }, (_, i) => `poison ${i}`);
  for (let i = 0; i < MESSAGES; i += 10) {
    const Entries = bodies.slice(i, i + 10).map((MessageBody, j) => ({ Id: `${j}`, MessageBody }));
    const QueueUrl = `${endpoint.url}/000000000000/${WORK.name}`;
    await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  }
  sqs.destroy();
  while (endpoint.queues.depth(SourceArn).visible < MESSAGES) {
    await drain(endpoint, 0);
    await sleep(2);
  }
  return bodies;
}

/** All that `work` has to give, hidden for so many seconds. */
async function drain({ queues }: Endpoint, visibilitySeconds: number) {
  const all = [];
  for (let left = MESSAGES; left > 0; left -= 10) {
    all.push(...(await queues.receive(WORK.arn, { max: 10, waitMs: 0, visibilitySeconds })));
  }
  return all.concat(await queues.receive(WORK.arn, { max: 10, waitMs: 0, visibilitySeconds }));
}

async function newest(sqs: SQSClient) {
  return (await sqs.send(new ListMessageMoveTasksCommand({ SourceArn }))).Results?.[0];
}

async function withEndpoint<T>(work: (endpoint: Endpoint) => Promise<T>): Promise<T> {
  const endpoint = await startEndpoint(endpointOptions(home));
  try {
    return await work(endpoint);
  } finally {
    await endpoint.close();
  }
}

/** An endpoint of its own process. Returns its address. */
async function startChild(): Promise<string> {
  const program = join(import.meta.dirname, '..', 'crash-child.ts');
  child = spawn(process.execPath, [program, home], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = child.stdout ? await once(child.stdout, 'data') : [''];
  return String(line).trim();
}

async function killChild(): Promise<void> {
  const ended = child && once(child, 'exit');
  child?.kill('SIGKILL');
  await ended;
}

function clientOf(endpoint: string): SQSClient {
  return new SQSClient({ endpoint, region: 'us-east-1', credentials: CREDENTIALS, maxAttempts: 1 });
}
