import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type RuntimeApi, serveRuntimeApi } from '../../../../infra/local/lambda/runtime-api.ts';

const onOutcome = vi.fn();
let api: RuntimeApi;
beforeAll(async () => {
  api = await serveRuntimeApi({ onOutcome, onInitError: () => {} });
});
afterAll(() => api.close());

const url = (path: string) => `http://${api.address}/2018-06-01/runtime/${path}`;

test('No event can be had over HTTP, where any process of this machine could ask for it', async () => {
  expect((await fetch(url('invocation/next'))).status).toBe(404);
});

test.each([
  ['response', '"ü"', { ok: true, payload: '"ü"' }],
  ['error', '{"errorType":"E","errorMessage":"m"}', { ok: false, errorType: 'E', errorMessage: 'm' }],
  ['error', 'no JSON', { ok: false, errorType: 'Unhandled', errorMessage: '' }],
])('What is posted as %s, %s, becomes the outcome', async (kind, body, outcome) => {
  const { status } = await fetch(url(`invocation/some-id/${kind}`), { method: 'POST', body });
  expect(status).toBe(202);
  expect(onOutcome).toHaveBeenLastCalledWith('some-id', outcome);
});
