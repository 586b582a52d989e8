import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { LambdaFunction } from '../../../../infra/local/lambda/function.ts';
import { startSchedule } from '../../../../infra/local/lambda/schedule.ts';

const functionArn = 'arn:aws:lambda:eu-north-1:000000000000:function:sweep';
const invoke = vi.fn<LambdaFunction['invoke']>(async () => ({ ok: true, payload: 'null', requestId: 'r' }));
const fn: LambdaFunction = { name: 'sweep', invoke, pids: () => [], close: async () => {} };

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 21, 12) });
  invoke.mockClear();
});
afterEach(() => {
  vi.useRealTimers();
});

test.each([
  ['rate(1 minute)', 1],
  ['rate(5 minutes)', 5],
  ['rate(2 hours)', 120],
  ['rate(1 day)', 1440],
])(
  '%s invokes every %i minutes, first after one interval, until it is closed',
  async (expression, minutes) => {
    const schedule = startSchedule({ expression, functionArn }, fn);
    vi.advanceTimersByTime(minutes * 60_000 - 1);
    expect(invoke).not.toHaveBeenCalled();
    vi.advanceTimersByTime(minutes * 60_000 * 2 + 1);
    expect(invoke).toHaveBeenCalledTimes(3);
    await schedule.close();
    vi.advanceTimersByTime(minutes * 60_000 * 5);
    expect(invoke).toHaveBeenCalledTimes(3);
  },
);

test('The event is that of EventBridge', () => {
  const schedule = startSchedule({ expression: 'rate(1 minute)', functionArn }, fn);
  vi.advanceTimersByTime(60_000);
  expect(invoke.mock.calls[0]?.[0]).toMatchObject({
    source: 'aws.events',
    'detail-type': 'Scheduled Event',
    account: '000000000000',
    region: 'eu-north-1',
    time: '2026-11-21T12:01:00Z',
  });
  void schedule.close();
});

test.each([
  'cron(0 12 * * ? *)',
  'rate(0 minutes)',
  'rate(2 minute)',
  'rate(1 minutes)',
  'rate(5 weeks)',
  'rate(25 days)',
  '',
])('%j is refused by name', (expression) => {
  expect(() => startSchedule({ expression, functionArn }, fn)).toThrow(`Schedule ${expression}: one machine`);
});
