import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Facts, facts } from '../../../lib/table/facts.ts';
import { startTable, TABLE, type TestTable } from '../../support/table.ts';

let table: TestTable;
let kept: Facts;
beforeAll(async () => {
  table = await startTable();
  kept = facts(table.dynamo, TABLE, () => crypto.randomUUID());
});
afterAll(() => table.close());

describe('what a caller keeps with an image', () => {
  it.each([
    {},
    { title: 'Überfahrt', tags: ['a', ''], at: { lat: -0.5, none: null }, '': 'no name' },
    { large: 12_345_678_901_234, tiny: 5e-324, huge: 1.7976931348623157e308, deep: [[[[{}]]]] },
    { text: 'x'.repeat(65_000) },
  ])('is found as it was put', async (value) => {
    await kept.put('trip/cat.jpg', value);
    expect(await kept.find('trip/cat.jpg')).toEqual(value);
  });

  it('is nothing where nothing was put', async () => {
    expect(await kept.find('none.jpg')).toBeUndefined();
    expect(await kept.mark('none.jpg')).toBeUndefined();
    await kept.forget('none.jpg', undefined);
  });

  it('is gone once it was forgotten, and can be put again', async () => {
    await kept.put('gone.jpg', { a: 1 });
    await kept.forget('gone.jpg', await kept.mark('gone.jpg'));
    expect(await kept.find('gone.jpg')).toBeUndefined();
    await kept.put('gone.jpg', { b: 2 });
    expect(await kept.find('gone.jpg')).toEqual({ b: 2 });
  });

  it('is not forgotten by who has not seen it', async () => {
    await kept.put('new.jpg', { a: 1 });
    const seen = await kept.mark('new.jpg');
    await kept.put('new.jpg', { a: 2 });
    await kept.forget('new.jpg', seen);
    expect(await kept.find('new.jpg')).toEqual({ a: 2 });
  });

  it('is replaced by who has seen it, and by nobody else', async () => {
    expect(await kept.replace('swap.jpg', { a: 1 }, 'never there')).toBe(false);
    expect(await kept.replace('swap.jpg', { a: 1 }, undefined)).toBe(true);
    expect(await kept.replace('swap.jpg', { a: 2 }, undefined)).toBe(false);
    const { mark } = (await kept.kept('swap.jpg')) ?? {};
    const racers = [3, 4, 5].map((a) => kept.replace('swap.jpg', { a }, mark));
    expect((await Promise.all(racers)).filter(Boolean)).toHaveLength(1);
  });

  it('is not replaced once it was forgotten, but put anew', async () => {
    await kept.put('left.jpg', { a: 1 });
    const seen = await kept.mark('left.jpg');
    await kept.forget('left.jpg', seen);
    expect(await kept.replace('left.jpg', { a: 2 }, seen)).toBe(false);
    expect(await kept.replace('left.jpg', { a: 2 }, undefined)).toBe(true);
    expect(await kept.find('left.jpg')).toEqual({ a: 2 });
  });
});
