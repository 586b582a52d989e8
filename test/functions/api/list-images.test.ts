import { describe, expect, it } from 'vitest';
import { listImages } from '../../../functions/api/list-images.ts';
import type { Request } from '../../../lib/http/request.ts';
import type { ListedImage, Place } from '../../../lib/store/input-versions.ts';

const PAGE = 1_000;

/** A bucket in memory, whose listing takes the keys in their order, a page at a time. */
function bucketOf(keys: readonly string[], now: () => number = Date.now) {
  const images = keys.toSorted().map((key): ListedImage => {
    return { key, versionId: `v-${key}`, bytes: 1, uploaded: new Date(0) };
  });
  const reads = { pages: 0, builds: 0 };
  const versions = {
    async list(prefix: string, from: Place | undefined) {
      reads.pages += 1;
      const rest = images.filter(
        ({ key }) => key.startsWith(prefix) && (from === undefined || key > from.key),
      );
      const page = rest.slice(0, PAGE);
      const last = page.at(-1);
      return { images: page, next: rest.length > PAGE && last ? { key: last.key } : undefined };
    },
    hide: () => Promise.reject(new Error('not asked')),
  };
  const log = {
    async last() {
      reads.builds += 1;
      return undefined;
    },
  };
  return { deps: { input: { name: 'darkroom-input' }, versions, log, now } as never, reads };
}

interface Page {
  readonly images: readonly { readonly name: string; readonly status: string | null }[];
  readonly next: string | null;
}

async function list(bucket: ReturnType<typeof bucketOf>, query: Request<'list'>['query']): Promise<Page> {
  const answer = await listImages(bucket.deps, { query, baseUrl: 'http://here' } as Request<'list'>);
  return JSON.parse(String(answer.body)) as Page;
}

async function listAll(bucket: ReturnType<typeof bucketOf>, query: Request<'list'>['query']) {
  const names: string[] = [];
  let cursor: string | null = null;
  do {
    const page: Page = await list(bucket, { ...query, ...(cursor !== null && { cursor }) });
    names.push(...page.images.map(({ name }) => name));
    cursor = page.next;
  } while (cursor !== null);
  return names;
}

const KEYS = Array.from({ length: 10_000 }, (_, i) => {
  return `trip/${String(i).padStart(5, '0')}-${'a'.repeat(i % 60)}.jpg`;
});

describe('a listing', () => {
  it.each([1, 7, 999, 1_000])('of pages of %d tells each image once, in order', async (limit) => {
    const keys = KEYS.slice(0, 2_500);
    expect(await listAll(bucketOf(keys), { limit })).toEqual(keys);
  });

  it('ends with its last image: a page that is just full has no next when nothing is left', async () => {
    const page = await list(bucketOf(KEYS.slice(0, 100)), { limit: 100 });
    expect(page.images).toHaveLength(100);
    expect(page.next).toBeNull();
  });

  it.each([
    ['.*-aaa\\.jpg', 167],
    ['.*-aaa', 167],
    ['trip/0000[0-4].*', 5],
    ['00001-a', 0],
    ['(?i)TRIP/00001-A', 1],
  ])('by %s matches the whole key or the whole stem', async (regex, count) => {
    expect(await listAll(bucketOf(KEYS), { regex, limit: 1_000 })).toHaveLength(count);
  });

  it.each(['(', 'a**', '[z-a]', 'a{1001}', '(?=a)', '\\1', '\\p{Nothing}', '((a{100}){100}){100}'])(
    'by %s is a 400 that says what is wrong with it',
    async (regex) => {
      await expect(list(bucketOf([]), { regex })).rejects.toMatchObject({
        code: 'BAD_PARAMETER',
        message: expect.stringMatching(/^regex takes an RE2 pattern, and this one has .+`/),
      });
    },
  );

  it('by a cursor of another listing is refused', async () => {
    const { next } = await list(bucketOf(KEYS), { limit: 1 });
    const cursor = next ?? '';
    await expect(list(bucketOf(KEYS), { prefix: 'trip/', cursor })).rejects.toMatchObject({
      code: 'BAD_PARAMETER',
    });
  });

  it('by status reads no more builds than one request may, and goes on behind them', async () => {
    const bucket = bucketOf(KEYS);
    const page = await list(bucket, { status: 'FINISHED' });
    expect(page.images).toEqual([]);
    expect(page.next).not.toBeNull();
    expect(bucket.reads.builds).toBe(1_000);
  });

  it('that would take too long is short, and goes on where it stopped', async () => {
    let ms = 0;
    const slow = bucketOf(KEYS, () => (ms += 1));
    const first = await list(slow, { limit: 1_000, regex: 'none' });
    expect(first.next).not.toBeNull();
    expect(slow.reads.pages).toBeLessThan(5);
    expect(await listAll(slow, { limit: 1_000, regex: '.*-a' })).toHaveLength(167);
  });
});

/** Each takes a backtracking engine exponential or high polynomial time on some of the keys. */
const HARD = [
  ...[
    '(a+)+$',
    '(a+)+b',
    '([a-zA-Z]+)*$',
    '(a|aa)+$',
    '(a|a?)+$',
    '(.*a){20}',
    '(.*a){20}b',
    '(a?){50}a{50}',
  ],
  ...['^(([a-z])+.)+[A-Z]([a-z])+$', '(x+x+)+y', '.*.*.*.*.*=', '(.*)*', '((a+)+)+b', '(a*)*b', '(a*a*)*b'],
  ...['(.+)+z', '(\\w+\\s?)*$', '(\\d+)*x', '(.*?,){12}P', 'trip/(a|b|ab)*c', '(?:a*)*?c', '(.|a)*z'],
  ...['(([a-z0-9-]+)*\\.)+x', '.*a.*a.*a.*a.*a.*z', '(a{0,50}){10}b', '[^=]*[^=]*[^=]*=', '(-|a+)*!'],
  ...['trip/(.{1,30}){8}Z', '(a|b|c|d|e|f)*(a|b|c|d|e|f)*!', '(\\S+)+@(\\S+)+'],
];

describe('patterns that hang other engines', () => {
  it('are thirty', () => expect(HARD).toHaveLength(30));

  it.each(HARD)('%s over 10,000 keys takes less than two seconds', async (regex) => {
    const begun = performance.now();
    await listAll(bucketOf(KEYS), { regex, limit: 1_000 });
    expect(performance.now() - begun).toBeLessThan(2_000);
  });
});
