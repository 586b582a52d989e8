import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateMultipartUploadCommand,
  type LifecycleRule,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startEndpoint } from '../../../../../infra/local/aws/endpoint.ts';
import { sweepLifecycle } from '../../../../../infra/local/aws/s3/lifecycle.ts';
import { openQueues } from '../../../../../infra/local/aws/sqs/queue-store.ts';
import { openContents } from '../../../../../infra/local/aws/store/contents.ts';
import { openDatabase } from '../../../../../infra/local/aws/store/database.ts';
import {
  endpointOptions,
  type LiveEndpoint,
  liveEndpoint,
  PLAIN,
  VERSIONED,
  WORK,
} from '../live-endpoint.ts';

const DAY_MS = 86_400_000;
const BUCKETS = [VERSIONED, PLAIN].map((name) => ({
  name,
  versioned: name === VERSIONED,
  notifications: [{ events: ['s3:LifecycleExpiration:*'], queueArn: WORK.arn }],
}));

let live: LiveEndpoint;
beforeEach(async () => {
  live = await liveEndpoint({ buckets: BUCKETS });
});
afterEach(() => live.end());

describe('a rule', () => {
  it('lets an object expire once its days are over, counted from the midnight after it came', async () => {
    await rule(PLAIN, { Filter: { Prefix: 'old/' }, Expiration: { Days: 2 } });
    for (const key of ['old/a', 'new/a']) await put(PLAIN, key);
    const midnight = Math.ceil(Date.now() / DAY_MS) * DAY_MS;
    await sweepAt(midnight + 2 * DAY_MS - 1);
    expect(await keys(PLAIN)).toEqual(['new/a', 'old/a']);
    const told = await sweepAt(midnight + 2 * DAY_MS);
    expect(await keys(PLAIN)).toEqual(['new/a']);
    expect(told).toMatchObject([
      { eventName: 'LifecycleExpiration:Delete', userIdentity: { principalId: 's3.amazonaws.com' } },
    ]);
  });

  it('hides an object of a versioned bucket, and removes markers behind which nothing is', async () => {
    await rule(VERSIONED, {
      Filter: {},
      Expiration: { Days: 1 },
      NoncurrentVersionExpiration: { NoncurrentDays: 1 },
    });
    await put(VERSIONED, 'a');
    const told = await sweepAt(Date.now() + 3 * DAY_MS);
    expect(told.map(({ eventName }) => eventName)).toEqual(['LifecycleExpiration:DeleteMarkerCreated']);
    expect(await keys(VERSIONED)).toEqual(['a (marker)', 'a']);
    await sweepAt(Date.now() + 6 * DAY_MS);
    expect(await keys(VERSIONED)).toEqual([]);
  });

  it('keeps of the versions that are no longer current the newest few', async () => {
    await rule(VERSIONED, {
      Filter: {},
      NoncurrentVersionExpiration: { NoncurrentDays: 1, NewerNoncurrentVersions: 2 },
    });
    for (let i = 0; i < 5; i++) await put(VERSIONED, 'a');
    await sweepAt(Date.now() + 3 * DAY_MS);
    expect(await keys(VERSIONED)).toEqual(['a', 'a', 'a']);
  });

  it.each<[string, NonNullable<LifecycleRule['Filter']>, string[]]>([
    ['a tag', { Tag: { Key: 'temp', Value: 'yes' } }, ['large', 'small']],
    ['a size', { ObjectSizeGreaterThan: 10 }, ['small', 'tagged']],
    ['both', { And: { Tags: [{ Key: 'temp', Value: 'yes' }], ObjectSizeLessThan: 5 } }, ['large', 'small']],
    [
      'tags that it has not',
      { And: { Prefix: '', Tags: [{ Key: 'x', Value: 'y' }] } },
      ['large', 'small', 'tagged'],
    ],
  ])('means by %s what it says', async (_, Filter, left) => {
    await rule(PLAIN, { Filter, Expiration: { Days: 1 } });
    await put(PLAIN, 'small');
    await put(PLAIN, 'tagged', { Tagging: 'temp=yes' });
    await put(PLAIN, 'large', { Body: 'x'.repeat(20) });
    await sweepAt(Date.now() + 3 * DAY_MS);
    expect(await keys(PLAIN)).toEqual(left);
  });

  it('ends uploads that nobody completes', async () => {
    const abort = { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } };
    await rule(PLAIN, { Filter: { Prefix: 'a' }, ...abort });
    for (const Key of ['a', 'b'])
      await live.s3.send(new CreateMultipartUploadCommand({ Bucket: PLAIN, Key }));
    await sweepAt(Date.now() + 3 * DAY_MS);
    const { Uploads } = await live.s3.send(new ListMultipartUploadsCommand({ Bucket: PLAIN }));
    expect(Uploads?.map(({ Key }) => Key)).toEqual(['b']);
  });

  it('that is disabled does nothing', async () => {
    await rule(PLAIN, { Status: 'Disabled', Filter: {}, Expiration: { Days: 1 } });
    await put(PLAIN, 'a');
    await sweepAt(Date.now() + 9 * DAY_MS);
    expect(await keys(PLAIN)).toEqual(['a']);
  });

  it('reaches every key, however many there are', async () => {
    await rule(PLAIN, { Filter: { Prefix: 'many/' }, Expiration: { Days: 1 } });
    for (let i = 0; i < 450; i += 50)
      await Promise.all(Array.from({ length: 50 }, (_, j) => put(PLAIN, `many/${i + j}`)));
    await put(PLAIN, 'one');
    await sweepAt(Date.now() + 3 * DAY_MS);
    expect(await keys(PLAIN)).toEqual(['one']);
  });
});

it('the rules are carried out at every start', async () => {
  await rule(PLAIN, { Filter: {}, Expiration: { Date: new Date('2020-01-01T00:00:00Z') } });
  await put(PLAIN, 'a');
  await live.close();
  const endpoint = await startEndpoint({ ...endpointOptions(live.home), buckets: BUCKETS, port: live.port });
  live = { ...live, ...endpoint, s3: live.s3With({}) };
  for (let i = 0; i < 60 && (await keys(PLAIN)).length > 0; i++) await sleep(50);
  expect(await keys(PLAIN)).toEqual([]);
});

interface Told {
  readonly eventName: string;
}

/** Carries the rules out as of that time, while the endpoint is down. Returns what was told. */
async function sweepAt(time: number): Promise<Told[]> {
  await live.close();
  const { region, accountId, queues: specs } = endpointOptions(live.home);
  const now = () => time;
  const newId = () => randomBytes(16).toString('hex');
  const db = openDatabase(live.home);
  const contents = openContents(live.home, db, newId);
  const queues = openQueues({ db, specs, now, newId });
  await sweepLifecycle({ db, contents, queues, region, accountId, now, newId });
  const received = await queues.receive(WORK.arn, { max: 10, waitMs: 0 });
  for (const part of [queues, contents, db]) part.close();
  const endpoint = await startEndpoint({ ...endpointOptions(live.home), buckets: BUCKETS, port: live.port });
  live = { ...live, ...endpoint, s3: live.s3With({}) };
  return received.flatMap(({ body }) => JSON.parse(body).Records ?? []);
}

function rule(Bucket: string, more: Partial<LifecycleRule>) {
  const LifecycleConfiguration = { Rules: [{ Status: 'Enabled', ...more } as LifecycleRule] };
  return live.s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration }));
}

function put(Bucket: string, Key: string, more: { Body?: string; Tagging?: string } = {}) {
  return live.s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x', ...more }));
}

async function keys(Bucket: string): Promise<string[]> {
  const listed = await live.s3.send(new ListObjectVersionsCommand({ Bucket }));
  const markers = (listed.DeleteMarkers ?? []).map(({ Key }) => `${Key} (marker)`);
  return [...markers, ...(listed.Versions ?? []).map(({ Key = '' }) => Key)];
}
