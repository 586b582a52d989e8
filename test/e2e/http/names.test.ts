import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inParallel } from '../../../lib/in-parallel.ts';
import { startDarkroom, type TestDarkroom } from '../../support/runtime.ts';

let darkroom: TestDarkroom;
let png: Uint8Array<ArrayBuffer>;

beforeAll(async () => {
  darkroom = await startDarkroom();
  const dot = { width: 1, height: 1, channels: 3, background: 'red' } as const;
  png = new Uint8Array(await sharp({ create: dot }).png().toBuffer());
});

afterAll(() => darkroom.close());

/** What trips parsers, shells, paths, headers, markup, spreadsheets, databases and people's scripts. */
const EXACT = [
  ...[' ', '  two  spaces  ', 'a+b c', '%20', '%', '%2F', '%2e%2e%2f', '100%', '%00', '%ff', '%E2%82'],
  ...[
    'a?b',
    'a#b',
    'a&b=c;d',
    'a=b',
    '~',
    '-',
    '--help',
    '.hidden',
    '...',
    'a..b',
    'x/...',
    '/a',
    '//a',
    'a//b',
  ],
  ...['\\', 'a\\b', '..\\up', 'C:\\a', 'CON', 'aux', ':', '*', '|', '<b>"\'</b>', '$HOME', '$(id)', '`id`'],
  ...["'; DROP TABLE x; --", '{{7*7}}', '%s%n', '=1+1', '@sum', 'null', 'undefined', 'NaN', 'constructor'],
  ...[
    '__proto__',
    'toString',
    'Ä',
    'A\u0308',
    'ß',
    'İ',
    '日本',
    '🦔',
    '👩‍👩‍👧',
    'مرحبا',
    '\u202eabc',
    '\u200b',
  ],
  ...[
    '\u00a0',
    '\u2028',
    '\ufeff',
    'negated_a',
    'derived/a',
    'downloads/a',
    '-?key=a',
    'a.png/b',
    'null/null',
  ],
];
const REFUSED = [
  ...['.', '..', '../up.png', 'a/../b.png', './a.png', 'a/.', 'download/a.png', 'a\0b.png', 'a\tb.png'],
  ...['a\r\nX: y.png', 'a\u007f.png', '\u0085.png', '\ufffd.png'],
];

const put = (key: string) =>
  darkroom.http(`/images/-?key=${encodeURIComponent(key)}`, {
    method: 'PUT',
    body: png,
    headers: { 'content-type': 'image/png' },
  });

describe('a name', () => {
  it('of whatever kind is kept exactly, and its links lead to it', async () => {
    const told = await inParallel(EXACT, 8, async (name) => {
      const uploaded = (await (await put(`${name}.png`)).json()) as {
        name: string;
        links: { image: string };
      };
      const deleted = await darkroom.http(uploaded.links.image, { method: 'DELETE' });
      return [uploaded.name, ((await deleted.json()) as { status: string }).status];
    });
    expect(told).toEqual(EXACT.map((name) => [`${name}.png`, `${name}.png deleted`]));
  });

  it.each(REFUSED)('%j is refused', async (key) => {
    const answer = await put(key);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: 'BAD_REQUEST' });
    for (const [, value] of answer.headers) expect(value).not.toContain('X: y');
  });
});
