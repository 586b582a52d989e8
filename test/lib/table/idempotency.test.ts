import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { idempotency } from '../../../lib/table/idempotency.ts';
import { startTable, TABLE, type TestTable } from '../../support/table.ts';

let table: TestTable;
beforeAll(async () => {
  table = await startTable();
});
afterAll(() => table.close());

const ANSWER = { status: 202, headers: { location: '/build/1' }, body: '{"id":"1"}' };

/** A store whose clock the test sets. */
function store() {
  let [now, serial] = [Date.UTC(2026, 0, 1), 0];
  const kept = idempotency(table.dynamo, TABLE, {
    now: () => now,
    newId: () => `claim-${process.hrtime.bigint()}-${++serial}`,
  });
  const begin = async (key: string, fingerprint = 'same') => {
    const begun = await kept.begin(key, fingerprint);
    return { ...begun, claim: begun.is === 'ours' ? begun.claim : '' };
  };
  return { ...kept, begin, pass: (ms: number) => (now += ms) };
}

describe('a key', () => {
  it('is new once, and then under way until it is answered', async () => {
    const { begin, keep } = store();
    const { is, claim } = await begin('a');
    expect(is).toBe('ours');
    expect(await begin('a')).toMatchObject({ is: 'under-way' });
    await keep('a', claim, ANSWER);
    expect(await begin('a')).toMatchObject({ is: 'answered', answer: ANSWER });
  });

  it('belongs to one of many who come at once', async () => {
    const { begin } = store();
    const all = await Promise.all(Array.from({ length: 20 }, () => begin('b')));
    expect(all.filter(({ is }) => is === 'ours')).toHaveLength(1);
  });

  it('of another request is told to be, whether it was answered or not', async () => {
    const { begin, keep, pass } = store();
    const { claim } = await begin('c');
    expect(await begin('c', 'other')).toMatchObject({ is: 'another' });
    pass(120_000);
    expect(await begin('c', 'other')).toMatchObject({ is: 'another' });
    await keep('c', claim, ANSWER);
    expect(await begin('c', 'other')).toMatchObject({ is: 'another' });
  });

  it('of a worker that died is free after a minute, and that worker, were it alive, keeps nothing', async () => {
    const { begin, keep, pass } = store();
    const dead = await begin('d');
    pass(59_000);
    expect(await begin('d')).toMatchObject({ is: 'under-way' });
    pass(1_000);
    expect(await begin('d')).toMatchObject({ is: 'ours' });
    await keep('d', dead.claim, ANSWER);
    expect(await begin('d')).toMatchObject({ is: 'under-way' });
  });

  it('that was given back is new to anybody', async () => {
    const { begin, release } = store();
    const { claim } = await begin('e');
    await release('e', claim);
    expect(await begin('e', 'other')).toMatchObject({ is: 'ours' });
  });

  it('is forgotten after a day', async () => {
    const { begin, keep, pass } = store();
    const { claim } = await begin('f');
    await keep('f', claim, ANSWER);
    pass(24 * 3_600_000 - 1);
    expect(await begin('f')).toMatchObject({ is: 'answered' });
    pass(1);
    expect(await begin('f', 'other')).toMatchObject({ is: 'ours' });
  });
});
