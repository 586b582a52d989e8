import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../support/runtime.ts';
import { anchorsOf, PAGES, type Page, proseOf, readPage } from './pages.ts';

describe('the pages', () => {
  it.each(PAGES.map(({ name }) => name))(
    'of %s lead where they say, to a file and to a heading of it',
    (name) => {
      const page = readPage(name);
      expect(linksOf(page).filter((link) => !leads(page, link))).toEqual([]);
    },
  );

  it('name every page of docs from README or another page', () => {
    const named = new Set(PAGES.flatMap((page) => linksOf(page).map((link) => fileOf(page, link))));
    const lost = PAGES.filter(({ name }) => /^docs\/[^/]+\.md$/.test(name) && !named.has(name));
    expect(lost.map(({ name }) => name)).toEqual([]);
  });
});

/** Links within the project. */
function linksOf(page: Page): readonly string[] {
  const links = [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  return links.filter((link) => !/^(https?|mailto):/.test(link));
}

function leads(page: Page, link: string): boolean {
  const file = fileOf(page, link);
  const [, anchor] = link.split('#');
  if (!existsSync(join(ROOT, file))) return false;
  return anchor === undefined || anchorsOf(readPage(file)).has(anchor);
}

function fileOf({ name }: Page, link: string): string {
  const [path = ''] = link.split('#');
  return path === '' ? name : normalize(join(dirname(name), path));
}
