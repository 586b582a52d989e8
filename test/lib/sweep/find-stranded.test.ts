import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Claim } from '../../../lib/pipeline/log-row.ts';
import type { Ask, Deps } from '../../../lib/sweep/deps.ts';
import { findStranded } from '../../../lib/sweep/find-stranded.ts';
import { buildLog } from '../../../lib/table/build-log.ts';
import { eventLog } from '../../../lib/table/events.ts';
import { type Entry, nextRow } from '../../../lib/table/next-row.ts';
import { sweepState } from '../../../lib/table/sweep-state.ts';
import { startTable, TABLE, type TestTable } from '../../support/table.ts';

const MINUTE = 60_000;
const GRACE_MS = 5 * MINUTE;
const NOTHING = { outputs: [], bytesIn: 0, bytesOut: 0, durationMs: 0 };

let table: TestTable;
let now = Date.UTC(2026, 10, 21, 8, 30);
let reads = 0;
let deps: Deps;
beforeAll(async () => {
  table = await startTable();
  const clock = { now: () => now, newId: () => crypto.randomUUID() };
  const log = buildLog(table.dynamo, TABLE);
  deps = {
    ...clock,
    log: { ...log, last: (build) => log.last(build).finally(() => (reads += 1)) },
    events: eventLog(table.dynamo, TABLE),
    state: sweepState(table.dynamo, TABLE, clock.now),
    runtime: undefined,
  } as Deps;
});
afterAll(() => table.close());

/** Writes the rows of a build, all of them now. */
async function write(id: string, ...entries: readonly Entry[]): Promise<void> {
  for (const [position, entry] of entries.entries())
    await deps.log.append(nextRow(deps, { id, image: `${id}.jpg`, position, attempt: 1 }, entry));
}

const pending = (key: string): Entry => {
  const version = { bucket: 'in', key, versionId: 'v' };
  return { status: 'PENDING', event: 'uploaded', subject: { kind: 'upload', version } };
};
const started = (claim: Omit<Claim, 'owner'>): Entry => {
  return { status: 'STARTED', event: 'claimed', claim: { owner: 'w', ...claim } };
};
const finished: Entry = { status: 'FINISHED', event: 'finished', ...NOTHING };

/** What one run asks for, so many minutes later. */
async function look(minutes: number) {
  now += minutes * MINUTE;
  const asked: string[] = [];
  const ask: Ask = async ({ kind, id }) => void asked.push(kind === 'build' ? id : `${kind} ${id}`);
  const found = await findStranded(deps, { ask, before: now - GRACE_MS, until: now + MINUTE });
  return { ...found, asked: asked.toSorted() };
}

it('asks for what waits or was left, once an hour, and for nothing that somebody has', async () => {
  await write('ended', pending('a'), started({ leaseUntil: now }), finished);
  await write('waiting', pending('b'));
  await write('left', pending('c'), started({ leaseUntil: now + MINUTE }));
  await write('given-back', pending('d'), started({ leaseUntil: now + 90 * MINUTE, released: true }));
  await write('held', pending('e'), started({ leaseUntil: now + 30 * MINUTE }));

  expect(await look(1)).toEqual({ found: 0, oldestPendingMs: 0, asked: [] });
  expect(await look(7)).toEqual({
    ...{ found: 3, oldestPendingMs: 8 * MINUTE },
    asked: ['given-back', 'left', 'waiting'],
  });
  expect((await look(10)).asked).toEqual([]);
  expect((await look(30)).asked).toEqual(['held']);
  expect((await look(30)).asked).toEqual(['given-back', 'left', 'waiting']);
});

it('reads nothing again once all has ended', async () => {
  for (const id of ['waiting', 'left', 'given-back', 'held']) {
    const position = id === 'waiting' ? 1 : 2;
    if (position === 1) await append('waiting', 1, started({ leaseUntil: now }));
    await append(id, 2, finished);
  }
  await look(10);
  await look(1);
  reads = 0;
  expect(await look(1)).toEqual({ found: 0, oldestPendingMs: 0, asked: [] });
  expect(reads).toBe(0);
});

it('goes on with what came in the meantime, also in the hours after', async () => {
  await write('later', pending('f'));
  expect((await look(90)).asked).toEqual(['later']);
});

async function append(id: string, position: number, entry: Entry): Promise<void> {
  await deps.log.append(nextRow(deps, { id, image: `${id}.jpg`, position, attempt: 1 }, entry));
}

it('finds a clearance that nobody goes on with, for those who may delete', async () => {
  const begun = { before: new Date(now).toISOString(), after: '', deleted: 0, tries: 0 };
  const subject = { kind: 'clearance', bucket: 'in', prefix: '', purge: false, begun } as const;
  await write('clearing', { status: 'PENDING', event: 'requested', subject });
  expect((await look(10)).asked).toEqual(['clearance clearing']);
});
