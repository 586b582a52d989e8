import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../support/runtime.ts';

/** A Markdown page of the project, by its path from the root. */
export interface Page {
  readonly name: string;
  readonly text: string;
}

/** A fenced block: what stands behind the fence, and what it holds. */
export interface Block {
  readonly info: string;
  readonly text: string;
}

export const PAGES: readonly Page[] = [
  'README.md',
  'CHANGELOG.md',
  ...globSync('docs/**/*.md', { cwd: ROOT }),
]
  .toSorted()
  .map(readPage);

export function readPage(name: string): Page {
  return { name, text: readFileSync(join(ROOT, name), 'utf8') };
}

export function blocksOf({ text }: Page): readonly Block[] {
  const fences = text.matchAll(/^```([^\n]*)\n(.*?)^```$/gms);
  return [...fences].map(([, info = '', block = '']) => ({ info, text: block }));
}

/** What of a page is prose: links and headings within code are none. */
export function proseOf({ text }: Page): string {
  return text
    .replaceAll(/^```.*?^```$/gms, '')
    .replaceAll(/`[^`\n]+`/g, (code) => code.replaceAll(/[[\]()]/g, ''));
}

/** The anchors that GitHub makes of a page's headings. */
export function anchorsOf(page: Page): ReadonlySet<string> {
  const headings = [...proseOf(page).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => heading);
  return new Set(headings.map(anchorOf));
}

function anchorOf(heading: string): string {
  const kept = heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '');
  return kept.replaceAll(' ', '-');
}
