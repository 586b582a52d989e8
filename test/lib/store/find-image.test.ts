import { describe, expect, it } from 'vitest';
import { findImage, keysOfStem } from '../../../lib/store/find-image.ts';
import type { CurrentVersion, InputBucket } from '../../../lib/store/input-bucket.ts';

/** A bucket of these keys, each with an older version `v0`. */
function bucketOf(keys: readonly string[]): InputBucket {
  const never = () => Promise.reject(new Error('a look-up only looks'));
  const version = (versionId: string): CurrentVersion => {
    return { versionId, etag: '"e"', bytes: 1, lastModified: new Date(0) };
  };
  return {
    name: 'darkroom-input',
    current: async (key) => (keys.includes(key) ? version('v1') : undefined),
    version: async (key, id) => (keys.includes(key) && id === 'v0' ? version(id) : undefined),
    keys: async (prefix, limit) =>
      keys
        .filter((key) => key.startsWith(prefix))
        .toSorted()
        .slice(0, limit),
    ...{ read: never, put: never, remove: never, check: never },
  } as Partial<InputBucket> as InputBucket;
}

describe('an image', () => {
  it.each([
    ['an exact key', ['a/cat.jpg', 'a/cat.png'], 'a/cat.jpg', 'a/cat.jpg', 'jpg'],
    ['a key without an extension', ['a/cat', 'a/cat.png'], 'a/cat', 'a/cat', undefined],
    ['a stem in another kind', ['a/cat.jpg'], 'a/cat.webp', 'a/cat.jpg', 'webp'],
    ['a stem in any case', ['a/cat.JPG'], 'a/cat.TIFF', 'a/cat.JPG', 'tif'],
    ['a stem that is the whole key', ['a/cat'], 'a/cat.avif', 'a/cat', 'avif'],
    ['a stem', ['a/cat.jpg', 'a/cat.txt', 'a/cat.jpg.txt', 'a/cats.jpg'], 'a/cat', 'a/cat.jpg', undefined],
    ['a stem that looks like a kind', ['a/cat.webp.jpg'], 'a/cat.webp', 'a/cat.webp.jpg', 'webp'],
  ])('is found by %s', async (_what, keys, path, key, format) => {
    expect(await findImage(bucketOf(keys), path)).toMatchObject({ key, format, isOlder: false });
  });

  it.each([
    ['NOT_FOUND', 'a/dog', ['a/cat.jpg']],
    ['NOT_FOUND', 'a/cat.txt', ['a/cat.jpg']],
    ['CONFLICT', 'a/cat', ['a/cat.jpg', 'a/cat.PNG']],
    ['CONFLICT', 'a/cat.webp', ['a/cat', 'a/cat.jpg']],
  ])('is refused with %s for %s among %j', async (code, path, keys) => {
    await expect(findImage(bucketOf(keys), path)).rejects.toMatchObject({ code });
  });

  it('of an older version is that one; of the current one’s id the current one', async () => {
    const bucket = bucketOf(['a/cat.jpg']);
    expect(await findImage(bucket, 'a/cat', 'v0')).toMatchObject({
      current: { versionId: 'v0' },
      isOlder: true,
    });
    expect(await findImage(bucket, 'a/cat', 'v1')).toMatchObject({ isOlder: false });
    await expect(findImage(bucket, 'a/cat', 'v7')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('is not missed among thousands of keys that begin as it does', async () => {
    const others = Array.from({ length: 3_000 }, (_, n) => `a/cat.${String(n).padStart(4, '0')}.jpg`);
    const keys = [...others, 'a/cat.Webp', 'a/cat.jpg', 'a/cat.webp.txt'];
    expect(await keysOfStem(bucketOf(keys), 'a/cat')).toEqual(
      expect.arrayContaining(['a/cat.jpg', 'a/cat.Webp']),
    );
    expect(await keysOfStem(bucketOf(keys), 'a/cat')).toHaveLength(2);
  });
});
