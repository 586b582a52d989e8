import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inParallel } from '../../../lib/in-parallel.ts';
import {
  events,
  INPUT,
  outputKeys,
  put,
  startDarkroom,
  type TestDarkroom,
  until,
} from '../../support/runtime.ts';

/** More than a request has the time for, of which each takes some; a listing has 1,000 at most. */
const IMAGES = 750;
const DELETION_MS = 100;

let darkroom: TestDarkroom;
let killAfter = Number.POSITIVE_INFINITY;
/** What is put is no picture: nothing has to be made of it. */
beforeAll(async () => {
  darkroom = await startDarkroom({
    context: { apiTimeoutSeconds: '6' },
    async observe({ service, operation, accessKeyId }) {
      if (!accessKeyId.includes('api') || `${service} ${operation}` !== 's3 DeleteObject') return;
      killAfter -= 1;
      if (killAfter === 0)
        for (const pid of darkroom.runtime.functions.get('darkroom-api')?.pids() ?? [])
          process.kill(pid, 'SIGKILL');
      await sleep(DELETION_MS);
    },
  });
  const keys = Array.from({ length: IMAGES }, (_, i) => `many/${String(i).padStart(4, '0')}.txt`);
  await inParallel(keys, 16, (key) => put(darkroom.s3, key, 'no picture'));
  await put(darkroom.s3, 'other.txt', 'no picture');
}, 60_000);
afterAll(() => darkroom?.close());

interface Build {
  readonly id: string;
  readonly status: string;
  readonly owner: string;
  readonly message: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly links: Readonly<Record<string, string>>;
}

const clear = () => darkroom.http('/images?prefix=many/&confirm=all', { method: 'DELETE' });
const read = async (id: string) => (await (await darkroom.http(`/build/${id}`)).json()) as Build;

/** One run of the function, as its schedule runs it. */
async function minute() {
  return darkroom.runtime.functions.get('darkroom-api')?.invoke({ 'detail-type': 'Scheduled Event' });
}

const left = async () => (await outputKeys(darkroom.s3, 'many/', INPUT)).length;

describe('deleting more than a request has the time for', () => {
  let id: string;

  it('is answered with the build that goes on with it', async () => {
    const answer = await clear();
    const body = (await answer.json()) as Build;
    ({ id } = body);
    expect(answer.status).toBe(202);
    expect(answer.headers.get('location')).toBe(`${darkroom.runtime.apiUrl}/build/${id}`);
    expect(answer.headers.get('retry-after')).toBe('15');
    const build = await read(id);
    expect(build).toMatchObject({ status: 'PENDING', owner: 'tester' });
    expect(build.counts.deleted).toBe(IMAGES - (await left()));
    expect(build.message).toMatch(/^All images under many\/ from before .*Z: \d+ deleted so far$/);
    expect(body.links.build).toBe(answer.headers.get('location'));
  });

  it('goes on each minute, also behind a worker that was killed, and leaves what came later', async () => {
    await put(darkroom.s3, `many/0${IMAGES - 1}.txt`, 'another');
    await put(darkroom.s3, 'many/late.txt', 'another');
    killAfter = 100;
    expect(await minute()).toMatchObject({ ok: false });
    await until(async () => {
      await minute();
      return (await read(id)).status === 'FINISHED' ? true : undefined;
    }, 30_000);
    expect(await left()).toBe(2);
    expect(await outputKeys(darkroom.s3, 'other', INPUT)).toEqual(['other.txt']);
    expect((await read(id)).counts).toEqual({ FINISHED: 1, deleted: IMAGES - 1 });
    const rows = await events(darkroom.http, { build: id });
    expect(rows.at(0)?.event).toBe('requested');
    expect(rows.at(-1)).toMatchObject({ event: 'finished', code: null });
  }, 60_000);

  it('is told of, is listed, and over for good', async () => {
    expect(await minute()).toMatchObject({ ok: true });
    const answer = await darkroom.http('/build?status=FINISHED&owner=me&limit=1000');
    const { builds } = (await answer.json()) as { builds: readonly Build[] };
    expect(builds.map((build) => build.id)).toContain(id);
    expect((await darkroom.http(`/build/${id}`, { method: 'DELETE' })).status).toBe(409);
    expect(await (await clear()).json()).toEqual({ status: 'Pictures deleted', deleted: 2 });
  });
});
