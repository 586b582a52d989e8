import { describe, expect, it } from 'vitest';
import { removeImages } from '../../../functions/api/remove-images.ts';
import type { Request } from '../../../lib/http/request.ts';

/** A bucket of so many images, each of which takes a hundredth of a second to remove. */
function bucketOf(count: number) {
  let [nowMs, left] = [0, Array.from({ length: count }, (_, i) => `${String(i).padStart(6, '0')}.jpg`)];
  const page = (from: string) => left.filter((key) => key > from).slice(0, 1_000);
  const deps = {
    input: { name: 'darkroom-input' },
    versions: {
      async list(_prefix: string, from?: { key: string }) {
        const images = page(from?.key ?? '').map((key) => ({ key }));
        const last = images.at(-1);
        return { images, next: last !== undefined && page(last.key).length > 0 ? last : undefined };
      },
      async hide(key: string) {
        nowMs += 10;
        left = left.filter((it) => it !== key);
        return `marker of ${key}`;
      },
    },
    log: { append: async () => true },
    facts: { mark: async () => undefined, forget: async () => undefined },
    now: () => nowMs,
    newId: () => 'id',
  };
  const request = { query: { confirm: 'all' }, caller: { name: 'ada' } } as Request<'removeMany'>;
  return {
    left: () => left.length,
    async remove() {
      const answer = await removeImages(deps as never, request);
      return JSON.parse(String(answer.body)) as { status: string; deleted: number; more?: boolean };
    },
  };
}

describe('removing many', () => {
  it('stops after ten seconds and says so; the same request goes on until all are gone', async () => {
    const bucket = bucketOf(2_500);
    const first = await bucket.remove();
    expect(first).toMatchObject({ more: true, status: expect.stringContaining('there are more') });
    expect(first.deleted).toBeGreaterThanOrEqual(1_000);
    expect(bucket.left()).toBe(2_500 - first.deleted);
    const second = await bucket.remove();
    const third = await bucket.remove();
    expect(first.deleted + second.deleted + third.deleted).toBe(2_500);
    expect(third).toEqual({ status: 'Pictures deleted', deleted: third.deleted });
    expect(bucket.left()).toBe(0);
  });
});
