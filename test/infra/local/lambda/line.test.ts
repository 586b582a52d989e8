import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Line, openLine } from '../../../../infra/local/lambda/line.ts';

const onPatience = vi.fn();
let line: Line<string>;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  onPatience.mockClear();
  line = openLine(2, onPatience);
  for (const job of 'abcd') line.enter(job);
});
afterEach(() => void vi.useRealTimers());

describe('a line of which two may run readily', () => {
  it('lets in as many as are left of the two, the first first', () => {
    expect(line.due(1)).toBe(1);
    expect(line.next()).toBe('a');
    expect(line.due(2)).toBe(0);
    expect(line.due(0)).toBe(2);
  });

  it('lets in one more each 100 ms, and says when', () => {
    expect(line.due(2)).toBe(0);
    vi.advanceTimersByTime(99);
    expect(line.due(2)).toBe(0);
    expect(onPatience).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(onPatience).toHaveBeenCalledOnce();
    expect(line.due(2)).toBe(1);
    expect(line.due(2)).toBe(1);
    vi.advanceTimersByTime(100);
    expect(line.due(2)).toBe(2);
  });

  it('does not hurry those who came late', () => {
    vi.advanceTimersByTime(100);
    for (const job of 'abcd') line.leave(job);
    line.enter('e');
    expect(line.due(2)).toBe(0);
  });

  it('keeps the place of those who stay when one leaves, due or not', () => {
    expect(line.due(0)).toBe(2);
    expect(line.leave('a')).toBe(true);
    expect(line.leave('a')).toBe(false);
    expect(line.leave('d')).toBe(true);
    expect(line.due(1)).toBe(1);
    expect([line.next(), line.next(), line.next()]).toEqual(['b', 'c', undefined]);
    expect(line.length()).toBe(0);
  });

  it('is silent once it is emptied', () => {
    line.due(2);
    expect(line.empty()).toEqual(['a', 'b', 'c', 'd']);
    vi.advanceTimersByTime(1_000);
    expect(onPatience).not.toHaveBeenCalled();
    expect(line.due(0)).toBe(0);
  });
});
