import { describe, expect, it } from 'vitest';
import { type Making, makeDerivation } from '../../../functions/render/make-derivation.ts';
import type { Wanted } from '../../../functions/render/picture.ts';
import { createScheduler } from '../../support/simulation/scheduler.ts';
import { BUCKET, createWorld, DERIVED, type World } from '../../support/simulation/world.ts';

const KEY = 'cat.png';
const TURN = { owner: 'ann', remainingMs: 29_000 };

/** A world in which every call goes through at once, and as many workers in it as are asked for. */
function atOnce(world: World): () => Making {
  const scheduler = createScheduler();
  return () => {
    const worker = scheduler.start(Number.POSITIVE_INFINITY, () => new Promise(() => undefined));
    const open = { ...scheduler, gate: () => new Promise<void>(setImmediate) };
    const sleep = (ms: number) => new Promise<void>((wake) => setTimeout(wake, ms).unref());
    return { ...world.depsFor(open, worker, false), sleep, version: '1' };
  };
}

function upload(world: World, content: string): Wanted {
  const versionId = world.user.put(KEY, content);
  const current = { versionId, etag: '"e"', bytes: content.length, lastModified: new Date(0) };
  return { version: { bucket: BUCKET, key: KEY, versionId }, current, recipe: DERIVED };
}

const rowsOf = (world: World, event: string) =>
  [...world.log.values()].flat().filter((row) => row.event === event);

describe('a derivation', () => {
  it('is made and kept in four rows, by who asked', async () => {
    const world = createWorld();
    const made = await makeDerivation(atOnce(world)(), upload(world, 'cat'), TURN);
    expect(made).toMatchObject({
      output: { contentType: 'image/png', provenance: { pipeline: 'on-demand@1' } },
    });
    const [rows = []] = [...world.log.values()];
    expect(rows.map(({ status }) => status)).toEqual(['PENDING', 'STARTED', 'CONVERTING', 'FINISHED']);
    expect(rows[0]).toMatchObject({ event: 'requested', owner: 'ann' });
    expect([...world.outputs.keys()]).toEqual([
      expect.stringMatching(/^derived\/cat\.png\/~\w{16}\/xsize-100\.jpg$/),
    ]);
  });

  it('asked for by many at once is rendered by one', async () => {
    const world = createWorld();
    const worker = atOnce(world);
    const wanted = upload(world, 'cat');
    const all = await Promise.all(Array.from({ length: 8 }, () => makeDerivation(worker(), wanted, TURN)));
    expect(all.filter((made) => made !== 'ended')).toHaveLength(1);
    expect(rowsOf(world, 'writing')).toHaveLength(1);
  });

  it('that another worker ended since the bucket was looked into is not made again', async () => {
    const world = createWorld();
    const worker = atOnce(world);
    const wanted = upload(world, 'cat');
    await makeDerivation(worker(), wanted, TURN);
    expect(await makeDerivation(worker(), wanted, TURN)).toBe('ended');
    expect(rowsOf(world, 'writing')).toHaveLength(1);
  });

  it('that went since it was kept is made again, as the next build', async () => {
    const world = createWorld();
    const worker = atOnce(world);
    const wanted = upload(world, 'cat');
    await makeDerivation(worker(), wanted, TURN);
    const [key = ''] = world.outputs.keys();
    const deps = worker();
    const standing = await deps.output.head(key);
    if (standing !== undefined) await deps.output.remove(standing);
    expect(await makeDerivation(worker(), wanted, TURN)).toHaveProperty('output');
    expect(world.log.size).toBe(2);
  });

  it('that cannot be made is refused with what its build says, and not tried again', async () => {
    const world = createWorld();
    const worker = atOnce(world);
    const wanted = upload(world, 'bad one');
    for (const _again of [1, 2])
      await expect(makeDerivation(worker(), wanted, TURN)).rejects.toMatchObject({
        code: 'UNSUPPORTED_IMAGE',
      });
    expect(world.log.size).toBe(1);
  });

  it('of a version that is no longer current leaves nothing', async () => {
    const world = createWorld();
    const wanted = upload(world, 'cat');
    upload(world, 'dog');
    expect(await makeDerivation(atOnce(world)(), wanted, TURN)).toBe('ended');
    expect(world.outputs.size).toBe(0);
    expect(rowsOf(world, 'finished')).toMatchObject([{ code: 'SUPERSEDED' }]);
  });

  it('that takes too long goes on in the queue', async () => {
    const world = createWorld();
    const deps = { ...atOnce(world)(), render: () => new Promise<never>(() => undefined) };
    const made = await makeDerivation(deps, upload(world, 'cat'), { owner: '', remainingMs: 1_050 });
    expect(made).toEqual({ pending: [...world.log.keys()][0] });
    expect(world.messages.map(({ body }) => JSON.parse(body).build)).toContain([...world.log.keys()][0]);
  });

  it('that another one has in hand for too long goes on in the queue, should that one be dead', async () => {
    const world = createWorld();
    const worker = atOnce(world);
    const wanted = upload(world, 'cat');
    const dead = { ...worker(), render: () => new Promise<never>(() => undefined) };
    void makeDerivation(dead, wanted, TURN);
    await expect.poll(() => rowsOf(world, 'claimed').length).toBe(1);
    const before = world.messages.length;
    const sleep = async (ms: number): Promise<void> => {
      await worker().sleep(ms);
      world.pass(ms);
    };
    const waits = { ...worker(), sleep };
    const made = await makeDerivation(waits, wanted, { owner: '', remainingMs: 1_050 });
    expect(made).toEqual({ pending: [...world.log.keys()][0] });
    expect(world.messages.slice(before).map(({ body }) => JSON.parse(body).build)).toEqual([
      [...world.log.keys()][0],
    ]);
  });

  it('that an outage keeps from being made is given back, and left to the queue', async () => {
    const world = createWorld();
    const deps = { ...atOnce(world)(), render: () => Promise.reject(new Error('outage')) };
    await expect(makeDerivation(deps, upload(world, 'cat'), TURN)).rejects.toThrow('outage');
    expect(rowsOf(world, 'claimed')).toMatchObject([{ claim: { released: true } }]);
    expect(world.messages.some(({ body }) => JSON.parse(body).build === [...world.log.keys()][0])).toBe(true);
  });
});
