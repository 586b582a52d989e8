import { afterAll, beforeAll, expect, it } from 'vitest';
import { type UploadOwners, uploadOwners } from '../../../lib/table/upload-owners.ts';
import { startTable, TABLE, type TestTable } from '../../support/table.ts';

let table: TestTable;
let owners: UploadOwners;
beforeAll(async () => {
  table = await startTable();
  owners = uploadOwners(table.dynamo, TABLE, { now: Date.now, newId: () => crypto.randomUUID() });
});
afterAll(() => table.close());

const version = (key: string, versionId: string) => ({ bucket: 'in', key, versionId });

it('a ticket names the owner of the first version that carries it, each time it is asked', async () => {
  const ticket = await owners.expect('cat.jpg', 'ada');
  for (const _again of [1, 2]) expect(await owners.find(ticket, version('cat.jpg', 'v1'))).toBe('ada');
  expect(await owners.find(ticket, version('cat.jpg', 'v2'))).toBeUndefined();
});

it('a ticket counts for no other key', async () => {
  const ticket = await owners.expect('cat.jpg', 'ada');
  expect(await owners.find(ticket, version('dog.jpg', 'v1'))).toBeUndefined();
  expect(await owners.find(ticket, version('cat.jpg', 'v1'))).toBe('ada');
});

it.each(['', 'ada', 'x'.repeat(3_000), crypto.randomUUID()])(
  'what is no ticket names nobody: %s',
  async (text) => {
    expect(await owners.find(text, version('cat.jpg', 'v1'))).toBeUndefined();
  },
);
