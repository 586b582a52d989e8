import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type RuntimeApi, serveRuntimeApi } from '../../../../infra/local/lambda/runtime-api.ts';

const onNext = vi.fn();
const onOutcome = vi.fn();
let api: RuntimeApi;
beforeAll(async () => {
  api = await serveRuntimeApi({ token: 'word', onNext, onOutcome, onInitError: () => {} });
});
afterAll(() => api.close());

const url = (path: string) => `http://${api.address}/2018-06-01/runtime/${path}`;

test('An event is only for the sandbox that knows the token', async () => {
  expect((await fetch(url('invocation/next'))).status).toBe(403);
  expect(onNext).not.toHaveBeenCalled();

  const asked = fetch(url('invocation/next'), { headers: { 'darkroom-sandbox': 'word' } });
  await vi.waitFor(() => expect(onNext).toHaveBeenCalled());
  api.hand({ requestId: 'r', payload: '{"a":"ü"}' }, { 'lambda-runtime-aws-request-id': 'r' });
  const answer = await asked;
  expect(answer.headers.get('lambda-runtime-aws-request-id')).toBe('r');
  expect(await answer.json()).toEqual({ a: 'ü' });
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
