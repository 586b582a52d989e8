import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { detail } from '../../support/pictures.ts';
import { ended, put, startDarkroom, type TestDarkroom } from '../../support/runtime.ts';

let darkroom: TestDarkroom;

/** In the order in which S3 lists them: bytes of UTF-8, whatever a language says. */
const NAMES = [
  ...['_~.png', 'a.png', 'b/ space + plus.png', 'b/%2F percent.png', 'b/"quotes\' & <tags>.png', 'b/c.jpg'],
  ...['b/new\u0001line.png', 'z.png', 'Ä.png', '日本.png', '🦔.png'],
];

beforeAll(async () => {
  darkroom = await startDarkroom();
  const png = await (await detail()).png().toBuffer();
  for (const name of NAMES) await put(darkroom.s3, name, name === 'z.png' ? 'no picture' : png);
  for (const name of NAMES) await ended(darkroom.http, name);
});

afterAll(() => darkroom.close());

interface Page {
  readonly images: readonly {
    readonly name: string;
    readonly size: number;
    readonly contentType: string | null;
    readonly uploaded: string;
    readonly status: string | null;
    readonly links: Readonly<Record<string, string>>;
  }[];
  readonly next: string | null;
}

async function list(query: Record<string, string> = {}): Promise<Page> {
  const answer = await darkroom.http(`/images?${new URLSearchParams(query)}`);
  expect(answer.status).toBe(200);
  return (await answer.json()) as Page;
}

const sorted = NAMES.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));

describe('a listing of images', () => {
  it('tells every key exactly, in the order of their bytes', async () => {
    const { images, next } = await list();
    expect(images.map(({ name }) => name)).toEqual(sorted);
    expect(next).toBeNull();
  });

  it('tells what became of each, and links that work', async () => {
    const { images } = await list({ prefix: 'b/' });
    for (const { name, links, ...facts } of images) {
      expect(facts).toMatchObject({ status: 'FINISHED', contentType: 'image/png', size: expect.any(Number) });
      expect((await darkroom.http(links.image ?? '')).status, name).toBe(200);
      expect(await (await darkroom.http(links.build ?? '')).json()).toMatchObject({ image: name });
    }
    expect((await list({ prefix: 'z' })).images).toMatchObject([{ status: 'FAILED', contentType: null }]);
  });

  it('is found page by page', async () => {
    const found: string[] = [];
    let next: string | null = null;
    do {
      const page: Page = await list({ limit: '2', ...(next !== null && { cursor: next }) });
      expect(page.images.length).toBeLessThanOrEqual(2);
      found.push(...page.images.map(({ name }) => name));
      next = page.next;
    } while (next !== null);
    expect(found).toEqual(sorted);
  });

  it('has one row an image, the newest version, and none for what is deleted', async () => {
    await put(darkroom.s3, 'twice.png', 'one');
    await put(darkroom.s3, 'twice.png', 'three');
    expect((await list({ prefix: 'twice' })).images).toMatchObject([{ name: 'twice.png', size: 5 }]);
    await darkroom.http('/images/twice.png', { method: 'DELETE' });
    expect((await list({ prefix: 'twice' })).images).toEqual([]);
  });

  it.each([
    [{ regex: '.' }, ['a.png', 'z.png', 'Ä.png', '🦔.png']],
    [{ regex: 'b/c\\.jpg' }, ['b/c.jpg']],
    [{ regex: '[a-z]', prefix: 'b/' }, []],
    [{ status: 'FAILED' }, ['z.png']],
    [{ prefix: 'x'.repeat(1_024) }, []],
  ])('by %j', async (query, names) => {
    expect((await list(query as Record<string, string>)).images.map(({ name }) => name)).toEqual(names);
  });

  it.each([
    ['regex=(', 'regex takes an RE2 pattern, and this one has missing closing ): `(`'],
    [`regex=${'a'.repeat(501)}`, 'regex'],
    ['status=DONE', 'status'],
    ['limit=0', 'limit'],
    ['limit=1001', 'limit'],
    ['cursor=abc', 'cursor'],
    ['colour=red', 'colour'],
    ['prefix=', 'prefix'],
  ])('with %s is a 400 that names it', async (query, words) => {
    const answer = await darkroom.http(`/images?${query}`);
    expect(answer.status).toBe(400);
    expect(((await answer.json()) as { detail: string }).detail).toContain(words);
  });
});
