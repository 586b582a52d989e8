import { expect, it } from 'vitest';
import type { ListedVersion } from '../../../lib/store/input-versions.ts';
import type { Deps, Found } from '../../../lib/sweep/deps.ts';
import { walkOn } from '../../../lib/sweep/walks.ts';

const PAGES = 12;

/** A bucket of some pages, one upload in each that the log knows nothing of. */
function bucket() {
  let now = Date.UTC(2026, 0, 1);
  const kept = new Map<string, unknown>();
  const read: number[] = [];
  const asked: Found[] = [];
  const page = async (_prefix: string, from: unknown) => {
    const n = (from as { page: number } | undefined)?.page ?? 0;
    read.push(n);
    const version: ListedVersion = {
      ...{ key: `${n}.jpg`, versionId: 'v', isMarker: false, isLatest: true },
      since: new Date(0),
    };
    return { versions: [version], next: n + 1 < PAGES ? { page: n + 1 } : undefined };
  };
  const deps = {
    ...{ now: () => now, input: { name: 'in' }, versions: { page } },
    opened: async () => new Set(),
    state: {
      load: async (walk: string) => kept.get(walk),
      save: async (walk: string, state: unknown) => void kept.set(walk, JSON.parse(JSON.stringify(state))),
    },
  } as unknown as Deps;
  const walk = async ({ afresh = false, ms = 1_000 } = {}) => {
    read.length = 0;
    const ask = async (found: Found): Promise<void> => void asked.push(found);
    const { found } = await walkOn(deps, 'unannounced', { ask, before: now, until: now + ms, afresh });
    return { found, read: [...read] };
  };
  return { walk, pass: (ms: number) => (now += ms) };
}

it('a walk goes on where it was left, some pages a run, and rests at its end', async () => {
  const { walk, pass } = bucket();
  expect(await walk()).toEqual({ found: 5, read: [0, 1, 2, 3, 4] });
  expect(await walk()).toEqual({ found: 5, read: [5, 6, 7, 8, 9] });
  expect(await walk()).toEqual({ found: 2, read: [10, 11] });
  expect(await walk()).toEqual({ found: 0, read: [] });
  pass(5 * 60_000);
  expect((await walk()).read).toEqual([0, 1, 2, 3, 4]);
});

it('begins anew when it is told to', async () => {
  const { walk } = bucket();
  await walk();
  expect((await walk({ afresh: true })).read).toEqual([0, 1, 2, 3, 4]);
});

it('begins no page when its time is up', async () => {
  const { walk } = bucket();
  expect((await walk({ ms: 0 })).read).toEqual([]);
  expect((await walk()).read).toEqual([0, 1, 2, 3, 4]);
});
