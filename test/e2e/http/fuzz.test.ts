import { afterAll, beforeAll, expect, it } from 'vitest';
import { fuzzApi } from '../../fuzz/api/fuzz-api.ts';
import { basic } from '../../support/api-requests.ts';
import { startDarkroom, type TestDarkroom } from '../../support/runtime.ts';

let darkroom: TestDarkroom;
beforeAll(async () => {
  darkroom = await startDarkroom();
});
afterAll(() => darkroom.close());

it('no request of 300 made from the document leads to a 5xx, or to an answer that the document does not describe', async () => {
  const { faults, byStatus } = await fuzzApi({
    apiUrl: darkroom.runtime.apiUrl,
    authorization: basic('tester', 'tester-password'),
    ...{ seed: 7, from: 0, runs: 300 },
  });
  expect(faults).toEqual([]);
  expect(Object.keys(byStatus).length).toBeGreaterThan(5);
  expect((await darkroom.http('/health')).status).toBe(200);
});
