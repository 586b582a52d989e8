import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runGroup } from './groups.ts';
import { startOwn } from './own.ts';
import { S3_CASES } from './s3-cases.ts';
import { SQS_CASES } from './sqs-cases.ts';
import type { Target } from './target.ts';

let target: Target;
beforeAll(async () => {
  target = await startOwn();
});
afterAll(() => target.close());

describe('our endpoint', () => {
  it.each(['s3', 'sqs'] as const)(
    'passes every case of %s',
    async (name) => {
      const outcomes = await runGroup(name, target);
      expect(outcomes.filter(({ ended }) => ended !== 'passed')).toEqual([]);
    },
    120_000,
  );
});

describe('the suite', () => {
  it('has at least 150 cases of S3 and 30 of SQS, each under an id of its own', () => {
    const ids = [...S3_CASES, ...SQS_CASES].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(S3_CASES.length).toBeGreaterThanOrEqual(150);
    expect(SQS_CASES.length).toBeGreaterThanOrEqual(30);
  });
});
