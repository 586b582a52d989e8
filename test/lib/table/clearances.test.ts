import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Clearances, clearances } from '../../../lib/table/clearances.ts';
import { startTable, TABLE, type TestTable } from '../../support/table.ts';

let table: TestTable;
let now = Date.UTC(2026, 10, 21);
let listed: Clearances;
beforeAll(async () => {
  table = await startTable();
  listed = clearances(table.dynamo, TABLE, { now: () => now, newId: () => crypto.randomUUID() });
});
afterAll(() => table.close());

const ids = async () => (await listed.all()).map(({ id }) => id);

it('clearances are listed from the oldest to the newest until they are taken off', async () => {
  await listed.add('b');
  now += 1;
  await listed.add('a');
  expect(await ids()).toEqual(['b', 'a']);
  for (const one of await listed.all()) await listed.remove(one);
  expect(await ids()).toEqual([]);
});

it('one that was listed anew since it was seen stays', async () => {
  await listed.add('again');
  const [seen] = await listed.all();
  await listed.add('again');
  if (seen !== undefined) await listed.remove(seen);
  expect(await ids()).toEqual(['again']);
});
