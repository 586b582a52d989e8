import { describe, expect, it } from 'vitest';
import { fold, isDeath, isHeld } from '../../../lib/pipeline/build.ts';
import type { Claim, LogRow } from '../../../lib/pipeline/log-row.ts';
import { mayFollow, STATUSES } from '../../../lib/pipeline/status.ts';

const version = { bucket: 'darkroom-input', key: 'cat.jpg', versionId: 'v1' };

type Step =
  | { readonly status: 'PENDING' | 'BUILDING' | 'CONVERTING' | 'FINISHED' | 'FAILED' }
  | { readonly status: 'STARTED'; readonly claim?: Partial<Claim> };

function rowsOf(...steps: readonly Step[]): LogRow[] {
  return steps.map(rowOf);
}

function rowOf(step: Step, i: number): LogRow {
  const base = {
    build: 'b',
    position: i + 1,
    time: `2026-01-01T00:00:0${i}.000Z`,
    attempt: 1,
    nonce: `${i}`,
    image: 'cat.jpg',
  };
  const facts = { durationMs: 1, bytesIn: 1, bytesOut: 1, outputs: [] };
  switch (step.status) {
    case 'PENDING':
      return { ...base, status: step.status, event: 'uploaded', subject: { kind: 'upload', version } };
    case 'STARTED':
      return {
        ...base,
        status: step.status,
        event: 'claimed',
        claim: { owner: `o${i}`, leaseUntil: 1_000, ...step.claim },
      };
    case 'BUILDING':
      return { ...base, status: step.status, event: 'rendering', bytesIn: 1, sourceSha256: '' };
    case 'CONVERTING':
      return { ...base, ...facts, status: step.status, event: 'writing' };
    case 'FINISHED':
      return { ...base, ...facts, status: step.status, event: 'finished' };
    case 'FAILED':
      return {
        ...base,
        status: step.status,
        event: 'failed',
        code: 'BROKEN_IMAGE',
        message: 'm',
        durationMs: 1,
      };
  }
}

describe('a build', () => {
  it('is what its rows make of it', () => {
    const build = fold(
      rowsOf(
        { status: 'PENDING' },
        { status: 'STARTED' },
        { status: 'BUILDING' },
        { status: 'CONVERTING' },
        { status: 'FINISHED' },
      ),
    );
    expect(build).toMatchObject({
      status: 'FINISHED',
      position: 5,
      image: 'cat.jpg',
      subject: { kind: 'upload', version },
    });
    expect(Object.keys(build?.times ?? {})).toHaveLength(5);
  });

  it('is none without rows', () => {
    expect(fold([])).toBeUndefined();
  });

  it('forgets its failure when it is retried', () => {
    const build = fold(
      rowsOf({ status: 'PENDING' }, { status: 'STARTED' }, { status: 'FAILED' }, { status: 'PENDING' }),
    );
    expect(build).toMatchObject({ status: 'PENDING', code: undefined, claim: undefined, deaths: {} });
  });

  it.each([
    [
      'a gap',
      [
        ...rowsOf({ status: 'PENDING' }),
        ...rowsOf({ status: 'PENDING' }, { status: 'STARTED' }, { status: 'BUILDING' }).slice(2),
      ],
    ],
    [
      'something behind FINISHED',
      rowsOf({ status: 'PENDING' }, { status: 'STARTED' }, { status: 'FINISHED' }, { status: 'STARTED' }),
    ],
    ['no PENDING', rowsOf({ status: 'STARTED' })],
    [
      'a step back',
      rowsOf({ status: 'PENDING' }, { status: 'STARTED' }, { status: 'CONVERTING' }, { status: 'BUILDING' }),
    ],
  ])('is damaged by %s, and says so', (_what, rows) => {
    expect(() => fold(rows)).toThrow(/damaged/);
  });

  it('counts the deaths in each state, but not of workers that gave it back or went down with their runtime', () => {
    const build = fold(
      rowsOf(
        { status: 'PENDING' },
        { status: 'STARTED' },
        { status: 'STARTED', claim: { released: true } },
        { status: 'STARTED' },
        { status: 'BUILDING' },
        { status: 'STARTED', claim: { runtime: 'second' } },
        { status: 'STARTED', claim: { runtime: 'third' } },
      ),
    );
    expect(build?.deaths).toEqual({ STARTED: 1 });
  });
});

describe('a claim', () => {
  const claim = { owner: 'me', leaseUntil: 1_000, runtime: 'first' };

  it.each([
    ['within its lease, under the same runtime', claim, { now: 999, runtime: 'first' }, true],
    ['behind its lease', claim, { now: 1_000, runtime: 'first' }, false],
    ['of an earlier runtime', claim, { now: 0, runtime: 'second' }, false],
    ['that was given back', { ...claim, released: true }, { now: 0, runtime: 'first' }, false],
  ])('%s: held is %4$s', (_what, it, at, held) => {
    expect(isHeld(it, at)).toBe(held);
  });

  it('that was given back is no death', () => {
    expect(isDeath({ ...claim, released: true }, 'first')).toBe(false);
    expect(isDeath(claim, 'first')).toBe(true);
  });
});

describe('the states', () => {
  it('let every path begin with PENDING and nothing follow FINISHED', () => {
    expect(STATUSES.filter((status) => mayFollow(undefined, status))).toEqual(['PENDING']);
    expect(STATUSES.filter((status) => mayFollow('FINISHED', status))).toEqual([]);
    expect(STATUSES.filter((status) => mayFollow('FAILED', status))).toEqual(['PENDING']);
  });
});
