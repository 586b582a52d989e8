import { HeadObjectCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { detail } from '../support/pictures.ts';
import {
  ended,
  events,
  outputKeys,
  put,
  startDarkroom,
  type TestDarkroom,
  until,
} from '../support/runtime.ts';

let darkroom: TestDarkroom;

beforeAll(async () => {
  darkroom = await startDarkroom({
    context: {
      deleteInput: 'true',
      basePath: '/image_creation',
      inputBucket: 'my-input',
      outputBucket: 'my-output',
    },
  });
});

afterAll(() => darkroom.close());

it('with a base path every route is behind it, and so are the links', async () => {
  expect(darkroom.runtime.apiUrl).toMatch(/\/image_creation$/);
  expect((await darkroom.http('/health')).status).toBe(200);
  expect((await darkroom.http(darkroom.runtime.apiUrl.replace('/image_creation', '/health'))).status).toBe(
    404,
  );
  const png = await (await detail()).png().toBuffer();
  const answer = await darkroom.http('/images/base.png', { method: 'PUT', body: new Uint8Array(png) });
  expect(answer.headers.get('location')).toContain('/image_creation/build/');
  expect((await darkroom.http(answer.headers.get('location') ?? '')).status).toBe(200);
});

it('with deleteInput the upload goes once its outputs are durable, and its outputs stay', async () => {
  const { s3, http } = darkroom;
  const Bucket = 'my-input';
  await put(s3, 'gone.png', await (await detail()).png().toBuffer(), Bucket);
  expect((await ended(http, 'gone.png')).status).toBe('FINISHED');
  await until(async () => {
    const builds = new Set(
      (await events(http, { image: 'gone.png', status: 'FINISHED' })).map(({ build }) => build),
    );
    return builds.size === 2 ? true : undefined;
  });
  await expect(s3.send(new HeadObjectCommand({ Bucket, Key: 'gone.png' }))).rejects.toMatchObject({
    name: 'NotFound',
  });
  const { Versions, DeleteMarkers } = await s3.send(
    new ListObjectVersionsCommand({ Bucket, Prefix: 'gone.png' }),
  );
  expect([Versions?.length, DeleteMarkers?.length]).toEqual([1, 1]);
  expect(await outputKeys(s3, 'negated_gone', 'my-output')).toEqual(['negated_gone.png']);
  expect(await outputKeys(s3, 'derived/gone.png/', 'my-output')).toHaveLength(2);
});
