import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { describeBuild, findBuild } from '../../../functions/api/build.ts';
import { cancelBuild } from '../../../functions/api/cancel-build.ts';
import { type ClearingDeps, goOnClearing } from '../../../functions/api/go-on-clearing.ts';
import { removeImages } from '../../../functions/api/remove-images.ts';
import { retryBuild } from '../../../functions/api/retry-build.ts';
import type { Announcement } from '../../../lib/build/deps.ts';
import type { Request } from '../../../lib/http/request.ts';
import { type BuildLog, buildLog } from '../../../lib/table/build-log.ts';
import { type Clearances, clearances } from '../../../lib/table/clearances.ts';
import { bigBucket } from '../../support/big-bucket.ts';
import { startTable, TABLE, type TestTable } from '../../support/table.ts';

const FUNCTION_MS = 29_000;
const MINUTE = 60_000;
/** What one request, or one run, comes to at a hundredth of a second each: whole stretches of keys. */
const OF_A_REQUEST = 1_000;

let table: TestTable;
let bucket: ReturnType<typeof bigBucket>;
let log: BuildLog;
let deps: ClearingDeps & { readonly clearances: Clearances };
let told: Announcement[];

beforeAll(async () => {
  table = await startTable();
});
afterAll(() => table.close());

/** Each test deletes under a prefix of its own: they share the table, and with it the log. */
let serial = 0;
beforeEach(() => {
  bucket = bigBucket(2_500);
  told = [];
  serial += 1;
  const clock = { now: bucket.now, newId: () => crypto.randomUUID() };
  const real = buildLog(table.dynamo, TABLE);
  const input = { ...bucket.deps.input, name: `bucket-${serial}` };
  // Of a removal nothing is looked at here.
  log = { ...real, append: async (row) => row.event === 'removed' || real.append(row) };
  deps = {
    ...{ ...bucket.deps, ...clock, input, log, runtime: undefined, logger: () => undefined },
    announce: async (it) => void told.push(it),
    clearances: clearances(table.dynamo, TABLE, clock),
  };
});

async function remove() {
  const facts = { query: { confirm: 'all' }, caller: { name: 'ada' }, baseUrl: 'http://here', headers: {} };
  const request = { ...facts, remainingMs: () => FUNCTION_MS } as unknown as Request<'removeMany'>;
  const { status, headers, body } = await removeImages(deps as never, request);
  return {
    status,
    headers,
    body: JSON.parse(String(body)) as { id: string; deleted?: number; status: string },
  };
}

async function goOn(): Promise<void> {
  bucket.pass(MINUTE);
  await goOnClearing(deps, FUNCTION_MS);
}

const read = async (id: string) => describeBuild(await findBuild(deps, id), 'http://here');
const about = (id: string) => ({ params: { id }, caller: { name: 'bob' }, baseUrl: 'http://here' }) as never;

describe('deleting many', () => {
  it('that fits into a request is done when it is answered, and is no build', async () => {
    bucket = bigBucket(300);
    deps = { ...deps, ...bucket.deps, now: bucket.now };
    expect(await remove()).toMatchObject({
      status: 200,
      body: { status: 'Pictures deleted', deleted: 300 },
    });
    expect(bucket.left()).toBe(0);
    expect(await deps.clearances.all()).toEqual([]);
  });

  it('goes on as a build when it takes longer, minute by minute, until all are gone', async () => {
    const { status, headers, body } = await remove();
    expect(status).toBe(202);
    expect(body).toMatchObject({ status: 'PENDING', links: { build: `http://here/build/${body.id}` } });
    expect(headers).toMatchObject({ location: `http://here/build/${body.id}`, 'retry-after': '15' });
    expect(bucket.left()).toBe(2_500 - OF_A_REQUEST);
    expect(await read(body.id)).toMatchObject({
      ...{ owner: 'ada', image: '', image_id: null, counts: { PENDING: 1, deleted: OF_A_REQUEST } },
      message: 'All images from before 2026-11-21T00:00:11.000Z: 1000 deleted so far',
    });
    while (bucket.left() > 0) await goOn();
    await goOn();
    const end = await read(body.id);
    expect(end).toMatchObject({ status: 'FINISHED', code: null, counts: { FINISHED: 1, deleted: 2_500 } });
    expect(end.message).toBe('All images from before 2026-11-21T00:00:11.000Z: 2500 deleted');
    expect(told.map(({ build, isNew }) => [build.id, isNew])).toEqual([[body.id, true]]);
    expect(await deps.clearances.all()).toEqual([]);
  });

  it('leaves what comes later', async () => {
    const { body } = await remove();
    bucket.add('002000.jpg');
    bucket.add('a new one.jpg');
    await goOn();
    expect(await read(body.id)).toMatchObject({ status: 'FINISHED', counts: { deleted: 2_499 } });
    expect(bucket.left()).toBe(2);
  });

  it('asked for again is the same build while it is under way, and then means what came in between', async () => {
    const first = await remove();
    bucket.add('000000.jpg');
    bucket.pass(1_000);
    const again = await remove();
    expect(again).toMatchObject({ status: 202, body: { id: first.body.id, status: 'STARTED' } });
    await goOn();
    expect(bucket.left()).toBe(0);
    expect(await read(first.body.id)).toMatchObject({ status: 'FINISHED', counts: { deleted: 2_501 } });
    for (let i = 0; i < 1_500; i += 1) bucket.add(`${i}.jpg`);
    bucket.pass(1_000);
    const { body: next } = await remove();
    expect(next.id).not.toBe(first.body.id);
    await goOn();
  });

  it('goes on where a worker died, and counts each image once', async () => {
    const { body } = await remove();
    const dies = { ...deps.input, remove: deps.input.remove };
    let left = 777;
    const never = new Promise<never>(() => undefined);
    dies.remove = (key, etag) => (left-- > 0 ? deps.input.remove(key, etag) : never);
    bucket.pass(MINUTE);
    void goOnClearing({ ...deps, input: dies }, FUNCTION_MS);
    await expect.poll(() => left).toBeLessThan(0);
    await goOn();
    expect(await read(body.id)).toMatchObject({ status: 'FINISHED', counts: { deleted: 2_500 } });
    expect((await log.read(body.id)).map(({ event }) => event)).toEqual([
      ...['requested', 'claimed', 'taken-over', 'finished'],
    ]);
  });

  it('that fails again and again is FAILED with what it came to, and a retry goes on there', async () => {
    const { body } = await remove();
    const { page } = deps.versions;
    const broken = {
      ...deps,
      versions: { ...deps.versions, page: () => Promise.reject(new Error('outage')) },
    };
    for (let tries = 0; tries < 10; tries += 1) {
      bucket.pass(MINUTE);
      await expect(goOnClearing(broken, FUNCTION_MS)).rejects.toThrow('1 clearances failed');
    }
    await goOn();
    const failed = await read(body.id);
    expect(failed).toMatchObject({ status: 'FAILED', code: 'RETRIES_EXHAUSTED', counts: { deleted: 1_000 } });
    expect(failed.message).toContain('a service that it needs failed 10 times');
    deps = { ...deps, versions: { ...deps.versions, page } };
    expect(await retryBuild(deps as never, about(body.id))).toMatchObject({ status: 202 });
    await goOn();
    expect(await read(body.id)).toMatchObject({ status: 'FINISHED', counts: { deleted: 2_500 } });
  });

  it('can be cancelled before it goes on, and not after', async () => {
    const { body } = await remove();
    await cancelBuild(deps as never, about(body.id));
    await goOn();
    expect(bucket.left()).toBe(1_500);
    expect(told).toMatchObject([{ build: { code: 'CANCELLED' } }]);
    const { body: second } = await remove();
    bucket.pass(MINUTE);
    await goOnClearing(deps, 1_000);
    await expect(cancelBuild(deps as never, about(second.id))).rejects.toMatchObject({ code: 'CONFLICT' });
    await goOn();
  });

  it('of what nobody opened is forgotten after a while', async () => {
    await deps.clearances.add('f'.repeat(32));
    await goOn();
    expect(await deps.clearances.all()).toHaveLength(1);
    bucket.pass(10 * MINUTE);
    await goOn();
    expect(await deps.clearances.all()).toEqual([]);
  });
});
