import { expect, test } from 'vitest';
import { reportedFailures } from '../../../../infra/local/lambda/batch-report.ts';

const listing = (itemIdentifier: unknown) => JSON.stringify({ batchItemFailures: [{ itemIdentifier }] });

test.each([
  ['null', []],
  ['{}', []],
  ['{"batchItemFailures":null}', []],
  ['{"batchItemFailures":[]}', []],
  ['{"statusCode":200}', []],
  [listing('b'), ['b']],
  [JSON.stringify({ batchItemFailures: [{ itemIdentifier: 'b' }, { itemIdentifier: 'b' }] }), ['b']],
  [listing(''), ['a', 'b']],
  [listing(null), ['a', 'b']],
  [listing(undefined), ['a', 'b']],
  [listing(7), ['a', 'b']],
  [listing('stranger'), ['a', 'b']],
  ['{"batchItemFailures":[{"id":"b"}]}', ['a', 'b']],
  ['{"batchItemFailures":"b"}', ['a', 'b']],
  ['"text"', ['a', 'b']],
  ['no JSON', ['a', 'b']],
])('%s names %j of a batch of a and b', (payload, failed) => {
  expect([...reportedFailures(payload, new Set(['a', 'b']))]).toEqual(failed);
});
