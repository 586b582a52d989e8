import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { recipeFromQuery } from '../../../lib/recipe/query.ts';
import { printRecipe, toRecipe } from '../../../lib/recipe/recipe.ts';

describe('a query string', () => {
  const read = (query: string): string => {
    const { edits, kind } = recipeFromQuery(new URLSearchParams(query), new Set(['version']));
    return `${printRecipe(toRecipe(edits, kind === undefined || kind === 'auto' ? 'png' : kind))} ${kind}`;
  };

  test.each([
    ['', 'plain.png undefined'],
    ['kind=AUTO&version=3', 'plain.png auto'],
    ['kind=JPEG', 'plain.jpg jpg'],
    ['negate=TRUE&flip=0&flop=1', 'flop_negate.png undefined'],
    ['crop=1,2,3,4&rotate=90', 'crop-1-2-3-4_rotate-90.png undefined'],
    ['blur=true&sharpen=0.5', 'blur-1_sharpen-0.5.png undefined'],
    ['xsize=9&ysize=9&fit=Cover&gravity=center', 'xsize-9_ysize-9_fit-cover.png undefined'],
    ['background=%23F00&kind=webp', 'background-ff0000.webp webp'],
    ['background=Teal', 'background-008080.png undefined'],
  ])('%j means %s', (query, meaning) => {
    expect(read(query)).toBe(meaning);
  });

  test.each([
    ['xsize=0', 'xsize=0: xsize takes a whole number from 1 to 8192 (pixels).'],
    ['xsize=8193', 'xsize takes'],
    ['xsize=-1', 'xsize takes'],
    ['xsize=1e3', 'xsize takes'],
    ['xsize=', 'xsize takes'],
    ['ysize=5.5', 'ysize takes a whole number'],
    ['crop=1,2,3', 'crop takes x,y,width,height'],
    ['crop=1,2,3,0', 'crop takes'],
    ['rotate=45', 'rotate takes one of 0, 90, 180, 270'],
    ['flip=yes', 'flip takes true or false'],
    ['blur=51', 'blur takes true, false, or a sigma from 0.3 to 50'],
    ['background=octarine', 'background takes a colour'],
    ['background=constructor', 'background takes a colour'],
    ['kind=bmp', 'kind takes one of jpg, jpeg, png, webp, avif, tif, tiff, gif, auto.'],
    ['colour=red', 'Unknown parameter colour: it may be kind, page, crop'],
    ['xsize=1&xsize=1', 'xsize is given 2 times.'],
  ])('%j is refused', (query, message) => {
    expect(() => read(query)).toThrow(
      expect.objectContaining({ code: 'BAD_PARAMETER', message: expect.stringContaining(message) }),
    );
  });

  test('whatever it holds, it is read or refused with the code', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('crop', 'dpr', 'gravity', 'flip', 'background', 'kind', '__proto__'),
        fc.string(),
        (name, value) => {
          try {
            read(new URLSearchParams({ [name]: value }).toString());
          } catch (error) {
            expect(error).toMatchObject({ code: 'BAD_PARAMETER' });
          }
        },
      ),
    );
  });
});
