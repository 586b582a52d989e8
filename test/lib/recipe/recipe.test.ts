import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FORMAT_NAMES, formatOf, KINDS } from '../../../lib/recipe/formats.ts';
import type { Edits } from '../../../lib/recipe/modifiers.ts';
import { parseRecipe, printRecipe, toRecipe } from '../../../lib/recipe/recipe.ts';

const side = fc.integer({ min: 1, max: 8192 });
const place = fc.integer({ min: 0, max: 16_383 });
const hundredths = (from: number, to: number): fc.Arbitrary<number> =>
  fc.integer({ min: from * 100, max: to * 100 }).map((value) => value / 100);

/** Any value that each modifier takes, the ones that change nothing among them. */
const arbitraryEdits = fc.record(
  {
    page: fc.integer({ min: 1, max: 100_000 }),
    crop: fc.tuple(
      place,
      place,
      place.map((value) => value || 1),
      place.map((value) => value || 1),
    ),
    rotate: fc.constantFrom(0, 90, 180, 270),
    flip: fc.boolean(),
    flop: fc.boolean(),
    thumbnail: fc.boolean(),
    xsize: side,
    ysize: side,
    dpr: hundredths(1, 4),
    fit: fc.constantFrom('inside', 'cover', 'contain'),
    gravity: fc.constantFrom('centre', 'north', 'southwest', 'entropy', 'attention'),
    grayscale: fc.boolean(),
    normalise: fc.boolean(),
    blur: fc.oneof(fc.constant(0), hundredths(0.3, 50)),
    sharpen: fc.oneof(fc.constant(0), hundredths(0.3, 10)),
    background: fc.constantFrom('ffffff', '000000', '12ab9f'),
    negate: fc.boolean(),
    quality: fc.integer({ min: 1, max: 100 }),
    animated: fc.boolean(),
    metadata: fc.constantFrom('strip', 'keep'),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<Edits>;
const arbitraryFormat = fc.constantFrom(...FORMAT_NAMES, 'source' as const);

describe('the canonical text', () => {
  test('leads back to its recipe, needs no escaping and fits into a key', () => {
    fc.assert(
      fc.property(arbitraryEdits, arbitraryFormat, (edits, format) => {
        const recipe = toRecipe(edits, format);
        const text = printRecipe(recipe);
        expect(parseRecipe(text)).toEqual(recipe);
        expect(text).toMatch(/^[A-Za-z0-9._-]{1,300}$/);
        expect(toRecipe(recipe, format)).toEqual(recipe);
      }),
    );
  });

  test('is the same whatever the order of asking', () => {
    fc.assert(
      fc.property(arbitraryEdits, fc.infiniteStream(fc.nat()), (edits, ranks) => {
        const entries = Object.entries(edits).map((entry) => ({ entry, rank: ranks.next().value ?? 0 }));
        const shuffled = Object.fromEntries(
          entries.sort((a, b) => a.rank - b.rank).map(({ entry }) => entry),
        );
        expect(printRecipe(toRecipe(shuffled, 'webp'))).toBe(printRecipe(toRecipe(edits, 'webp')));
      }),
    );
  });

  test.each<[Edits, 'jpg' | 'png' | 'gif' | 'source', string]>([
    [{}, 'jpg', 'plain.jpg'],
    [{ negate: true }, 'source', 'negate.source'],
    [{ sharpen: 1, ysize: 50, xsize: 50 }, 'jpg', 'xsize-50_ysize-50_sharpen-1.jpg'],
    [{ thumbnail: true }, 'jpg', 'xsize-50_ysize-50_sharpen-1.jpg'],
    [{ thumbnail: true, xsize: 90, sharpen: 0 }, 'jpg', 'xsize-90.jpg'],
    [{ crop: [1, 2, 3, 4], dpr: 1.5, xsize: 10 }, 'png', 'crop-1-2-3-4_xsize-10_dpr-1.5.png'],
    [{ animated: false }, 'gif', 'animated-false.gif'],
    [{ animated: false, quality: 5 }, 'png', 'plain.png'],
    [{ dpr: 2, gravity: 'north', fit: 'cover' }, 'png', 'plain.png'],
    [{ background: 'ffffff' }, 'jpg', 'plain.jpg'],
    [{ background: 'ffffff' }, 'png', 'background-ffffff.png'],
  ])('of %o as %s is %3$s', (edits, format, text) => {
    expect(printRecipe(toRecipe(edits, format))).toBe(text);
  });

  test.each([
    '',
    '.jpg',
    'plain',
    'plain.bmp',
    'plain.jpeg',
    'xsize-050.jpg',
    'negate-true.jpg',
    'xsize-0.jpg',
    'rotate-0.jpg',
  ])('is not %j', (text) => {
    expect(() => parseRecipe(text)).toThrow(expect.objectContaining({ code: 'BAD_PARAMETER' }));
  });

  test.each([
    'sharpen-1_xsize-5.jpg',
    'xsize-5_xsize-5.jpg',
    'thumbnail.jpg',
    'toString.jpg',
    '__proto__-1.jpg',
    'dpr-2.jpg',
  ])('is not %j either', (text) => {
    expect(() => parseRecipe(text)).toThrow(expect.objectContaining({ code: 'BAD_PARAMETER' }));
  });
});

test('every kind means a format, in any case, and nothing else does', () => {
  expect(KINDS.map((kind) => formatOf(kind.toUpperCase()))).toEqual([
    'jpg',
    'jpg',
    'png',
    'webp',
    'avif',
    'tif',
    'tif',
    'gif',
  ]);
  expect([formatOf('bmp'), formatOf(''), formatOf('toString')]).toEqual([undefined, undefined, undefined]);
});
