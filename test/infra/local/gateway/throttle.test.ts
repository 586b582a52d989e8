import { expect, it } from 'vitest';
import { throttled } from '../../../../infra/local/gateway/throttle.ts';

it('a route takes a burst, then so many a second, and never more than a burst again', () => {
  let nowMs = 0;
  const isThrottled = throttled({ requestsPerSecond: 10, burst: 3 }, () => nowMs);
  const taken = (times: number): number =>
    Array.from({ length: times }, () => isThrottled('GET /a')).filter((is) => !is).length;
  expect(taken(5)).toBe(3);
  nowMs += 99;
  expect(taken(5)).toBe(0);
  nowMs += 1;
  expect(taken(5)).toBe(1);
  nowMs += 60_000;
  expect(taken(5)).toBe(3);
});

it('one route is not slowed by another', () => {
  const isThrottled = throttled({ requestsPerSecond: 1, burst: 1 }, () => 0);
  expect([isThrottled('GET /a'), isThrottled('GET /a'), isThrottled('GET /b')]).toEqual([false, true, false]);
});
