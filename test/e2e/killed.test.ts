import { createHash } from 'node:crypto';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { uploadBuildId } from '../../lib/pipeline/build-id.ts';
import { detail } from '../support/pictures.ts';
import {
  CREDENTIALS,
  ended,
  events,
  get,
  put,
  startDarkroom,
  type TestDarkroom,
  until,
} from '../support/runtime.ts';

/** What the process function calls on its way, and how often: at each of these calls it is killed once. */
const CALLS = {
  'dynamodb Query': 1,
  'dynamodb PutItem': 4,
  'sqs ChangeMessageVisibility': 1,
  's3 HeadObject': 2,
  's3 GetObject': 1,
  's3 PutObject': 3,
} as const satisfies Record<string, number>;

const KILLS = Object.entries(CALLS).flatMap(([call, times]) =>
  Array.from({ length: times }, (_, n) => ({ call, n })),
);

let darkroom: TestDarkroom;
let killAt: { readonly call: string; n: number } | undefined;

beforeAll(async () => {
  darkroom = await startDarkroom({
    context: { processTimeoutSeconds: '3' },
    observe({ service, operation, accessKeyId }) {
      if (!accessKeyId.includes('process') || killAt?.call !== `${service} ${operation}`) return;
      killAt.n -= 1;
      if (killAt.n >= 0) return;
      killAt = undefined;
      const pids = [...darkroom.runtime.functions].flatMap(([name, fn]) =>
        name.includes('process') ? fn.pids() : [],
      );
      for (const pid of pids) process.kill(pid, 'SIGKILL');
    },
  });
});

afterAll(() => darkroom.close());

it.each(KILLS)(
  'killed at $call ($n), the process function is followed by another: one FINISHED, right outputs',
  async ({ call, n }) => {
    const key = `${call.replace(' ', '-')}-${n}.png`;
    const picture = await (await detail()).png().toBuffer();
    killAt = { call, n };
    await put(darkroom.s3, key, picture);
    const { build } = await ended(darkroom.http, key, 45_000);
    expect(killAt).toBeUndefined();
    await expectWhole(build);
  },
  60_000,
);

it('told twice and in the wrong order, two versions of an image are one build each, and the newer has its outputs', async () => {
  const { s3, http, runtime } = darkroom;
  const versions = [
    await put(s3, 'twice.png', await (await detail(30, 20)).png().toBuffer()),
    await put(s3, 'twice.png', await (await detail(20, 30)).png().toBuffer()),
  ];
  const sqs = new SQSClient({ endpoint: runtime.awsUrl, region: 'us-east-1', credentials: CREDENTIALS });
  const [queue] = runtime.topology.queues.filter(({ redrive }) => redrive !== undefined);
  for (const versionId of [...versions.toReversed(), ...versions]) {
    const s3Event = { bucket: { name: 'darkroom-input' }, object: { key: 'twice.png', versionId } };
    const MessageBody = JSON.stringify({
      Records: [{ eventSource: 'aws:s3', eventName: 'ObjectCreated:Put', s3: s3Event }],
    });
    await sqs.send(new SendMessageCommand({ QueueUrl: queue?.url, MessageBody }));
  }
  const newest = uploadBuildId({ bucket: 'darkroom-input', key: 'twice.png', versionId: versions[1] ?? '' });
  await until(async () =>
    (await events(http, { build: newest })).at(-1)?.status === 'FINISHED' ? true : undefined,
  );
  await expect.poll(async () => (await sharp(await get(s3, 'negated_twice.png')).metadata()).width).toBe(20);
  const finished = await events(http, { image: 'twice.png', status: 'FINISHED' });
  expect(new Set(finished.map(({ build }) => build)).size).toBe(finished.length);
  sqs.destroy();
});

/** The build has one FINISHED row, its last, and each output that it lists stands with the bytes that it tells. */
async function expectWhole(build: string): Promise<void> {
  const rows = await events(darkroom.http, { build });
  expect(rows.filter(({ status }) => status === 'FINISHED')).toHaveLength(1);
  const last = rows.at(-1);
  expect(last).toMatchObject({ status: 'FINISHED', code: null });
  expect(last?.outputs).toHaveLength(3);
  for (const { key, sha256 } of last?.outputs ?? []) {
    expect(
      createHash('sha256')
        .update(await get(darkroom.s3, key))
        .digest('hex'),
    ).toBe(sha256);
  }
}
