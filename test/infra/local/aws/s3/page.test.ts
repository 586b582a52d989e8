import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { after, afterPrefix, isBefore } from '../../../../../infra/local/aws/s3/byte-order.ts';
import { afterMarker } from '../../../../../infra/local/aws/s3/list-parameters.ts';
import { listPage } from '../../../../../infra/local/aws/s3/page.ts';

const letter = fc.constantFrom(
  'a',
  'A',
  '_',
  '/',
  '~',
  'ä',
  '\u{d7ff}',
  '\u{e000}',
  '\u{ffff}',
  '\u{1f600}',
  '\u{10ffff}',
  '\0',
);
const text = fc.array(letter, { maxLength: 5 }).map((letters) => letters.join(''));
const keys = fc.uniqueArray(
  text.filter((key) => key !== ''),
  { maxLength: 25 },
);

describe('a listing', () => {
  it('in pages is what is there, in the order of bytes, with each common prefix once', () => {
    const delimiters = fc.constantFrom('', '/', 'a', '/a');
    fc.assert(
      fc.property(keys, text, delimiters, fc.integer({ min: 1, max: 6 }), (all, prefix, delimiter, max) => {
        expect(inPages(all, { prefix, delimiter, max })).toEqual(atOnce(all, prefix, delimiter));
      }),
      { numRuns: 500 },
    );
  });

  it('looks at one key of a common prefix, however many there are', () => {
    const all = Array.from({ length: 1000 }, (_, i) => `folder/${i}`).sort();
    let seen = 0;
    const rows = function* (from: string): Generator<string> {
      for (const key of all) {
        if (isBefore(key, from)) continue;
        seen++;
        yield key;
      }
    };
    const page = listPage({ prefix: '', delimiter: '/', max: 10, from: '', rows, keyOf: (key) => key });
    expect(page).toEqual({ entries: [{ commonPrefix: 'folder/' }], isTruncated: false });
    expect(seen).toBe(1);
  });
});

describe('a bound in the order of bytes', () => {
  it('after a prefix has all below it that begin so, and nothing else between', () => {
    fc.assert(
      fc.property(text, text, (prefix, other) => {
        const bound = afterPrefix(prefix);
        const isBelow = bound === undefined || isBefore(other, bound);
        expect(isBelow && !isBefore(other, prefix)).toBe(other.startsWith(prefix));
      }),
      { numRuns: 500 },
    );
  });

  it('after a text has nothing between', () => {
    fc.assert(
      fc.property(text, text, (one, other) => {
        expect(isBefore(one, other)).toBe(!isBefore(other, after(one)));
      }),
    );
  });
});

interface Paging {
  readonly prefix: string;
  readonly delimiter: string;
  readonly max: number;
}

function inPages(all: readonly string[], { prefix, delimiter, max }: Paging): string[] {
  const sorted = [...all].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const rows = (from: string, to?: string): string[] =>
    sorted.filter((key) => !isBefore(key, from) && (to === undefined || isBefore(key, to)));
  const found: string[] = [];
  for (let marker = ''; ; ) {
    const from = afterMarker(marker, {
      prefix,
      delimiter,
      max,
      encodingType: undefined,
      encode: (name) => name,
      encodeMarker: (name) => name,
    });
    if (from === undefined) return found;
    const page = listPage({ prefix, delimiter, max, from, rows, keyOf: (key) => key });
    const names = page.entries.map((entry) => ('row' in entry ? entry.row : entry.commonPrefix));
    found.push(...names);
    if (!page.isTruncated) return found;
    marker = names.at(-1) ?? '';
  }
}

function atOnce(all: readonly string[], prefix: string, delimiter: string): string[] {
  const names = all
    .filter((key) => key.startsWith(prefix))
    .map((key) => {
      const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
      return end < 0 ? key : key.slice(0, end + delimiter.length);
    });
  return [...new Set(names)].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}
