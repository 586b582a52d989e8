import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildLog } from '../../../lib/table/build-log.ts';
import { type EventsQuery, eventLog } from '../../../lib/table/events.ts';
import type { Cursor } from '../../../lib/table/events-cursor.ts';
import { nextRow } from '../../../lib/table/next-row.ts';
import { openBuild } from '../../../lib/table/open-build.ts';
import { startTable, TABLE, type TestTable } from '../../support/table.ts';

const BUILDS = 30;
const CLAIMED = { status: 'STARTED', event: 'claimed', claim: { owner: 'w', leaseUntil: 0 } } as const;

let table: TestTable;
beforeAll(async () => {
  table = await startTable();
  let nowMs = Date.UTC(2026, 0, 1);
  const now = () => (nowMs += 5 * 60_000);
  const deps = { log: buildLog(table.dynamo, TABLE), now, newId: () => crypto.randomUUID() };
  for (let i = 0; i < BUILDS; i += 1) {
    const key = `trip/cat.${i % 2 === 0 ? 'jpg' : 'png'}`;
    const subject = { kind: 'upload', version: { bucket: 'b', key, versionId: `v${i}` } } as const;
    await openBuild(deps, `build-${i}`, 'uploaded', subject);
    const place = { id: `build-${i}`, image: key, position: 1, attempt: 1 };
    await deps.log.append(nextRow(deps, place, CLAIMED));
  }
});
afterAll(() => table.close());

async function listAll(query: Omit<EventsQuery, 'cursor'>): Promise<readonly string[]> {
  const found: string[] = [];
  let cursor: Cursor | undefined;
  do {
    const page = await eventLog(table.dynamo, TABLE).list({ ...query, ...(cursor && { cursor }) });
    expect(page.rows.length).toBeLessThanOrEqual(query.limit);
    found.push(...page.rows.map(({ build, position }) => `${build}/${position}`));
    cursor = page.next;
  } while (cursor !== undefined);
  return found;
}

const firsts = Array.from({ length: BUILDS }, (_, i) => `build-${i}/1`);
const all = firsts.flatMap((first) => [first, first.replace('/1', '/2')]);

describe.each([1, 3, 7, 1_000])('the log in pages of %d', (limit) => {
  it.each([
    ['all of it', {}, all],
    ['first rows', { isFirst: true }, firsts],
    ['a status', { status: 'STARTED' }, all.filter((it) => it.endsWith('/2'))],
    ['an image', { image: 'trip/cat.jpg', isFirst: true }, firsts.filter((_, i) => i % 2 === 0)],
    ['a stem', { image: 'trip/cat' }, all],
    ['one build', { build: 'build-3' }, ['build-3/1', 'build-3/2']],
    ['a time', { since: '2026-01-01T01:00:00.000Z', until: '2026-01-01T01:10:00.000Z' }, all.slice(11, 13)],
  ] as const)('tells %s, each row once and in order, either way', async (_what, filter, rows) => {
    expect(await listAll({ ...filter, order: 'asc', limit })).toEqual(rows);
    expect(await listAll({ ...filter, order: 'desc', limit })).toEqual(rows.toReversed());
  });
});
