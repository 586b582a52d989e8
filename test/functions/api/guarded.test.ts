import { describe, expect, it, vi } from 'vitest';
import { guarded, isGuarded } from '../../../functions/api/guarded.ts';
import type { CurrentVersion } from '../../../lib/store/input-bucket.ts';

const version = (etag: string): CurrentVersion => ({
  ...{ versionId: etag, etag, bytes: 1 },
  lastModified: new Date(0),
});

/** A write of what stood there each time that it was looked at; only the last look is still true when the write comes. */
function write(headers: Record<string, string>, ...seen: readonly (CurrentVersion | undefined)[]) {
  const left = [...seen];
  const current = vi.fn(async () => left.shift());
  const put = vi.fn(async () => (left.length > 0 ? undefined : 'written'));
  return { put, done: guarded({ current }, 'cat.jpg', { headers }, put) };
}

describe('a write with conditions', () => {
  it('is done over what they were seen to hold of', async () => {
    const { put, done } = write({ 'if-match': '"a"' }, version('"a"'));
    expect(await done).toBe('written');
    expect(put).toHaveBeenCalledExactlyOnceWith(version('"a"'));
  });

  it('is looked at again when somebody comes between', async () => {
    const { put, done } = write({ 'if-match': '*' }, version('"a"'), version('"b"'));
    expect(await done).toBe('written');
    expect(put).toHaveBeenLastCalledWith(version('"b"'));
  });

  it('is refused when they do not hold any more, and writes nothing', async () => {
    const { put, done } = write({ 'if-none-match': '*' }, undefined, version('"b"'));
    await expect(done).rejects.toMatchObject({ code: 'PRECONDITION_FAILED' });
    expect(put).toHaveBeenCalledTimes(1);
  });

  it('is a fault when the image changes all the time', async () => {
    const all = Array.from({ length: 9 }, (_, i) => version(`"${i}"`));
    await expect(write({ 'if-match': '*' }, ...all).done).rejects.toThrow('changed 5 times');
  });

  it('is told from one without', () => {
    expect(isGuarded({ headers: { 'if-unmodified-since': 'x' } })).toBe(true);
    expect(isGuarded({ headers: { 'if-modified-since': 'x', range: 'bytes=0-1' } })).toBe(false);
  });
});
