import { describe, expect, it } from 'vitest';
import { writeUnits } from '../bench/cost/item-size.ts';
import { bill, type Usage } from '../bench/cost/price.ts';
import { PRICES } from '../bench/cost/prices.ts';
import { readPage } from './pages.ts';

const NOTHING: Usage = {
  ...{ calls: {}, cpuMs: {}, invocations: {} },
  ...{ messages: 0, requests: 0, writeUnits: 0, logBytes: 0 },
};
const MEMORY = { process: 1_769, api: 512 };

describe('the bill for a million pictures', () => {
  it.each<[string, Partial<Usage>, string, number]>([
    ['a write is billed as one', { calls: { 'process PutObject': 3 } }, 'S3 writes', 15],
    ['a delete is free', { calls: { 'process DeleteObject': 3 } }, 'S3 writes', 0],
    ['a message is sent, received and deleted', { messages: 1 }, 'SQS requests', 1.2],
    ['work costs the same at less memory', { cpuMs: { api: 100 } }, 'Lambda at work', 2.3],
    ['waiting costs less there', { calls: { 'api GetObject': 1 } }, 'Lambda waiting, at most', 0.13],
    [
      'nobody is billed for a client’s waiting',
      { calls: { 'client PutObject': 1 } },
      'Lambda waiting, at most',
      0,
    ],
    ['five rows in three places', { writeUnits: 15 }, 'DynamoDB writes', 9.38],
  ])('%s', (_, usage, item, dollars) => {
    expect(bill({ ...NOTHING, ...usage }, MEMORY)[item]).toBeCloseTo(dollars, 1);
  });

  it('knows no operation that nobody has looked up', () => {
    expect(() => bill({ ...NOTHING, calls: { 'api SelectObjectContent': 1 } }, MEMORY)).toThrow(
      'SelectObjectContent has no row in BILLED_AS',
    );
  });

  it.each([
    ['one place', { pk: { S: 'x' } }, 1],
    ['the table and two indexes', { pk: { S: 'x' }, gsi1pk: { S: 'y' }, gsi2pk: { S: 'z' } }, 3],
    ['two units where it is over a KB', { pk: { S: 'x'.repeat(1_030) } }, 2],
    ['what lists and maps hold', { l: { L: [{ M: { a: { S: 'x'.repeat(1_030) } } }] } }, 2],
  ])('counts a row in %s', (_, item, units) => expect(writeUnits(item)).toBe(units));

  it('is made with the prices that the page tells', () => {
    const { text } = readPage('docs/cost.md');
    const missing = Object.values(PRICES).filter(
      ({ usd, per }) => !text.includes(`| ${per} | ${dollars(usd)} |`),
    );
    expect(missing).toEqual([]);
  });
});

/** For a million, as the page writes it: cents, or as many places as there are. */
function dollars(each: number): string {
  const million = Number((each * 1e6).toPrecision(6));
  return `$${million.toLocaleString('en-US', { minimumFractionDigits: million < 1_000 ? 2 : 0, maximumFractionDigits: 4 })}`;
}
