import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tokenKey } from '../../../lib/table/keys.ts';
import { type KeptToken, type Tokens, tokens } from '../../../lib/table/tokens.ts';
import { startTable, TABLE, type TestTable } from '../../support/table.ts';

let table: TestTable;
let kept: Tokens;
beforeAll(async () => {
  table = await startTable();
  kept = tokens(table.dynamo, TABLE);
});
afterAll(() => table.close());

const token = (id: string, more: Partial<KeptToken> = {}): KeptToken => ({
  ...{ id, user: 'ann', role: 'writer', secretSha256: 'hash', expiresMs: 1_795_233_600_500 },
  ...more,
});

describe('a token', () => {
  it('is found as it was put', async () => {
    const whole = token('a1', { parent: 'a0', userCreated: '2026-11-21T04:00:00.000Z' });
    await kept.put(whole);
    expect(await kept.find('a1')).toEqual(whole);
    await kept.put(token('a2'));
    expect(await kept.find('a2')).toEqual(token('a2'));
  });

  it('may vanish from the table once it has ended, and no sooner', async () => {
    await kept.put(token('b1'));
    const { Item = {} } = await table.dynamo.send(
      new GetItemCommand({ TableName: TABLE, Key: marshall(tokenKey('b1')) }),
    );
    expect(unmarshall(Item).expires).toBe(1_795_233_601);
  });

  it('is revoked once, and stays so', async () => {
    await kept.put(token('c1'));
    expect(await kept.revoke('c1')).toBe(true);
    expect(await kept.find('c1')).toMatchObject({ expiresMs: 0 });
    expect(await kept.revoke('c1')).toBe(false);
    expect(await kept.revoke('c2')).toBe(false);
    expect(await kept.find('c2')).toBeUndefined();
  });

  it.each(['', 'x', 'a'.repeat(3_000), '../a1', 'A1', 'a1\n'])(
    'of the id %.20j there is none, and asking is no error',
    async (id) => {
      expect(await kept.find(id)).toBeUndefined();
    },
  );
});
