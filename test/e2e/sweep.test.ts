import { DeleteObjectCommand, PutBucketNotificationConfigurationCommand } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BuildEvent } from '../../lib/pipeline/build-event.ts';
import { uploadBuildId } from '../../lib/pipeline/build-id.ts';
import { signedFetch } from '../infra/local/aws/signed-fetch.ts';
import { photo } from '../support/pictures.ts';
import {
  CREDENTIALS,
  ended,
  events,
  INPUT,
  outputKeys,
  put,
  startDarkroom,
  type TestDarkroom,
  until,
} from '../support/runtime.ts';

const lines: Readonly<Record<string, unknown>>[] = [];
let darkroom: TestDarkroom;
let sqs: SQSClient;
beforeAll(async () => {
  darkroom = await startDarkroom({ log: (line) => lines.push(line) });
  const { awsUrl } = darkroom.runtime;
  sqs = new SQSClient({ endpoint: awsUrl, region: 'us-east-1', credentials: CREDENTIALS });
});
afterAll(async () => {
  sqs?.destroy();
  await darkroom?.close();
});

/** One run of the function itself, as its schedule runs it, that takes whatever is not known for lost. */
async function sweep(): Promise<unknown> {
  const fn = darkroom.runtime.functions.get('darkroom-sweep');
  const result = await fn?.invoke({ graceSeconds: 0, afresh: true });
  if (!result?.ok) throw new Error(`The sweep failed: ${JSON.stringify(result)}`);
  return JSON.parse(result.payload);
}

/** The bucket tells nobody of what is done meanwhile. */
async function untold<T>(work: () => Promise<T>): Promise<T> {
  const [notification] = darkroom.runtime.topology.buckets.flatMap(({ notifications }) => notifications);
  const tell = (...QueueConfigurations: { QueueArn: string; Events: [] }[]) =>
    darkroom.s3.send(
      new PutBucketNotificationConfigurationCommand({
        Bucket: INPUT,
        NotificationConfiguration: { QueueConfigurations },
      }),
    );
  await tell();
  const done = await work();
  await tell({ QueueArn: notification?.queueArn ?? '', Events: [...(notification?.events ?? [])] as [] });
  return done;
}

describe('what no event told of', () => {
  it('is found: an upload is built', async () => {
    await untold(() => put(darkroom.s3, 'lost.jpg', photo()));
    expect(await events(darkroom.http, { image: 'lost.jpg' })).toEqual([]);
    expect(await sweep()).toMatchObject({ lost: { unannounced: 1 } });
    expect(await ended(darkroom.http, 'lost.jpg')).toMatchObject({ status: 'FINISHED' });
    expect(await outputKeys(darkroom.s3, 'negated_lost')).toEqual(['negated_lost.jpg']);
    expect(await sweep()).toMatchObject({ lost: { unannounced: 0, unmade: 0, orphans: 0 } });
  });

  it('is found: the outputs of what was deleted go', async () => {
    await untold(() => darkroom.s3.send(new DeleteObjectCommand({ Bucket: INPUT, Key: 'lost.jpg' })));
    await sweep();
    await gone('lost.jpg');
  });

  it('is found: the outputs of what was taken away with all its versions go', async () => {
    const VersionId = await put(darkroom.s3, 'purged.jpg', photo());
    await ended(darkroom.http, 'purged.jpg');
    const purge = new DeleteObjectCommand({ Bucket: INPUT, Key: 'purged.jpg', VersionId });
    await untold(() => darkroom.s3.send(purge));
    expect(await sweep()).toMatchObject({ lost: { orphans: 1 } });
    await gone('purged.jpg');
  });

  it('is found: an older version that is current again gets its outputs back', async () => {
    await put(darkroom.s3, 'back.jpg', photo());
    await ended(darkroom.http, 'back.jpg');
    const VersionId = await put(darkroom.s3, 'back.jpg', 'no picture');
    await until(async () => (await last('back.jpg'))?.status === 'FAILED' || undefined);
    await untold(() =>
      darkroom.s3.send(new DeleteObjectCommand({ Bucket: INPUT, Key: 'back.jpg', VersionId })),
    );
    expect(await outputKeys(darkroom.s3, 'negated_back')).toEqual([]);
    expect(await sweep()).toMatchObject({ lost: { unmade: 1 } });
    await until(async () => (await outputKeys(darkroom.s3, 'negated_back')).length === 1 || undefined);
  });
});

describe('a dead letter of which nobody told', () => {
  const version = { bucket: INPUT, key: 'dead.jpg', versionId: '' };

  it('gets a build that FAILED, and stays where it is', async () => {
    version.versionId = await untold(() => put(darkroom.s3, 'dead.jpg', photo()));
    await sqs.send(new SendMessageCommand({ QueueUrl: deadLettersUrl(), MessageBody: s3Event(version) }));
    await sweep();
    expect(await ended(darkroom.http, 'dead.jpg')).toMatchObject({
      ...{ build: uploadBuildId(version), status: 'FAILED', code: 'RETRIES_EXHAUSTED' },
      message: expect.stringContaining('redrive it once the cause is mended'),
    });
    const get = { QueueUrl: deadLettersUrl(), AttributeNames: ['ApproximateNumberOfMessages' as const] };
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand(get));
    expect(Attributes).toEqual({ ApproximateNumberOfMessages: '1' });
  });

  it('goes back to work when it is redriven', async () => {
    const answer = await darkroom.http('/redrive', { method: 'POST' });
    expect(answer.status).toBe(202);
    expect(await answer.json()).toEqual({ redriven: 1 });
    await until(async () => (await last('dead.jpg'))?.status === 'FINISHED' || undefined);
    const again = await darkroom.http('/redrive', { method: 'POST' });
    expect(await again.json()).toEqual({ redriven: 0 });
  });
});

it('tells what was built and what waits', async () => {
  const answer = await darkroom.http('/stats');
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({
    complete: true,
    builds: { PENDING: 0, STARTED: 0, FAILED: 1 },
    failures: { UNSUPPORTED_IMAGE: 1 },
    durationMs: { p50: expect.any(Number), p99: expect.any(Number) },
    queue: { waiting: 0 },
    deadLetters: { waiting: 0, inHand: 0 },
  });
  const early = await darkroom.http('/stats?since=2020-01-01');
  expect(early.status).toBe(400);
  expect(await early.json()).toMatchObject({ detail: expect.stringContaining('at most 7 days') });
});

it('tells the event bus of each end, by a schema', async () => {
  const answer = await signedFetch(`${darkroom.runtime.awsUrl}/`, {
    service: 'events',
    accessKeyId: CREDENTIALS.accessKeyId,
    secret: CREDENTIALS.secretAccessKey,
  });
  const told = (await answer.text()).split('\n').filter((line) => line !== '');
  const entries = told.map((line) => JSON.parse(line));
  for (const { source, detail } of entries) {
    expect(source).toBe('darkroom');
    expect(BuildEvent.parse(detail)).toEqual(detail);
  }
  const ends = (await events(darkroom.http, {})).filter(({ status }) => /FINISHED|FAILED/.test(status));
  expect(new Set(entries.map(({ detail }) => detail.build))).toEqual(new Set(ends.map(({ build }) => build)));
  const [dead] = entries.filter(({ detail }) => detail.image === 'dead.jpg');
  expect(dead).toMatchObject({ 'detail-type': 'Build failed', detail: { code: 'RETRIES_EXHAUSTED' } });
});

it('tells of itself in its log', () => {
  const texts = lines.filter(({ name }) => name === 'darkroom-sweep').map(({ text }) => String(text));
  const told = texts.filter((text) => text.startsWith('{')).map((text) => JSON.parse(text));
  expect(told.find(({ message }) => message === 'swept')).toMatchObject({
    ...{ level: 'info', function: 'darkroom-sweep', stage: 'prod', requestId: expect.any(String) },
    ...{ version: expect.any(String), time: expect.stringMatching(/^\d{4}-.*Z$/) },
  });
});

async function last(image: string) {
  return (await events(darkroom.http, { image })).at(-1);
}

/** Nothing of an image stands any more. */
async function gone(image: string): Promise<void> {
  await until(async () => (await outputKeys(darkroom.s3, `derived/${image}/`)).length === 0 || undefined);
  expect(await outputKeys(darkroom.s3, `negated_${image}`)).toEqual([]);
}

function deadLettersUrl(): string {
  return darkroom.runtime.config.deadLettersUrl;
}

function s3Event({ bucket, key, versionId }: { bucket: string; key: string; versionId: string }): string {
  const s3 = { bucket: { name: bucket }, object: { key, versionId } };
  return JSON.stringify({ Records: [{ eventSource: 'aws:s3', eventName: 'ObjectCreated:Put', s3 }] });
}
