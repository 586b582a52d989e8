import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type StoredUser, type Users, users } from '../../../lib/table/users.ts';
import { startTable, TABLE, type TestTable } from '../../support/table.ts';

let table: TestTable;
let kept: Users;
beforeAll(async () => {
  table = await startTable();
  kept = users(table.dynamo, TABLE);
});
afterAll(() => table.close());

const user = (name: string, role: StoredUser['role'] = 'reader'): StoredUser => ({
  ...{ name, role, passwordHash: `hash of ${name}` },
  created: '2026-11-21T04:00:00.000Z',
});

describe('a user', () => {
  it('is found as it was put last', async () => {
    await kept.put(user('ann'));
    await kept.put(user('ann', 'admin'));
    expect(await kept.find('ann')).toEqual(user('ann', 'admin'));
    expect(await kept.find('Ann')).toBeUndefined();
  });

  it('is gone once it was removed, and can be put again', async () => {
    await kept.put(user('gone'));
    expect(await kept.remove('gone')).toBe(true);
    expect(await kept.find('gone')).toBeUndefined();
    expect(await kept.remove('gone')).toBe(false);
    await kept.put(user('gone', 'writer'));
    expect(await kept.find('gone')).toEqual(user('gone', 'writer'));
    expect(await kept.remove('gone')).toBe(true);
  });

  it.each(['', 'x'.repeat(3_000), 'a b', 'users#', '../ann', 'ann\n'])(
    'of the name %.20j there is none, and asking is no error',
    async (name) => {
      expect(await kept.find(name)).toBeUndefined();
      expect(await kept.remove(name)).toBe(false);
    },
  );

  it('is listed with the others by name, page by page', async () => {
    for (const name of ['zoe', 'bob', 'cy']) await kept.put(user(name));
    const names: string[] = [];
    let after: string | undefined;
    do {
      const page = await kept.list(2, after);
      names.push(...page.users.map(({ name }) => name));
      after = page.next;
    } while (after !== undefined);
    expect(names).toEqual(['ann', 'bob', 'cy', 'zoe']);
  });
});
