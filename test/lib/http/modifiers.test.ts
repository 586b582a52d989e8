import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readQuery } from '../../../lib/http/parameter.ts';
import { ROUTES } from '../../../lib/http/routes.ts';
import { formatOf } from '../../../lib/recipe/formats.ts';
import { editsOf, printRecipe, queryOf, toRecipe } from '../../../lib/recipe/recipe.ts';

/** What the query of an image asks for, as the canonical text with PNG where no kind is named, and the kind. */
function read(query: string): string {
  const values = readQuery(new URLSearchParams(query), ROUTES.image.query);
  const { kind } = values;
  return `${printRecipe(toRecipe(editsOf(values), formatOf(kind ?? '') ?? 'png'))} ${kind}`;
}

describe('the query of an image', () => {
  it.each([
    ['', 'plain.png undefined'],
    ['kind=AUTO&version=3', 'plain.png auto'],
    ['kind=JPEG', 'plain.jpg jpeg'],
    ['kind=tiff', 'plain.tif tiff'],
    ['negate=TRUE&flip=0&flop=1', 'flop_negate.png undefined'],
    ['rotate=90&crop=1,2,3,4', 'crop-1-2-3-4_rotate-90.png undefined'],
    ['blur=true&sharpen=0.5', 'blur-1_sharpen-0.5.png undefined'],
    ['xsize=9&ysize=9&fit=Cover&gravity=center', 'xsize-9_ysize-9_fit-cover.png undefined'],
    ['background=%23F00&kind=webp', 'background-ff0000.webp webp'],
    ['background=Teal', 'background-008080.png undefined'],
    ['dpr=2&fit=cover&gravity=north&rotate=0&page=1&animated=true&metadata=strip', 'plain.png undefined'],
    ['thumbnail=true&xsize=20', 'xsize-20_sharpen-1.png undefined'],
    ['quality=5', 'plain.png undefined'],
    ['quality=5&kind=jpg', 'quality-5.jpg jpg'],
    ['xsize=8192&ysize=1', 'xsize-8192_ysize-1.png undefined'],
    ['dpr=1.5&xsize=010', 'xsize-10_dpr-1.5.png undefined'],
  ])('%j means %s', (query, meaning) => {
    expect(read(query)).toBe(meaning);
  });

  it.each([
    ['xsize=0', 'xsize takes a whole number from 1 to 8192 (pixels), not "0"'],
    ['xsize=8193', 'xsize takes'],
    ['xsize=20000', 'xsize takes'],
    ['xsize=-5', 'xsize takes'],
    ['xsize=1e9', 'xsize takes'],
    ['xsize=abc', 'xsize takes'],
    ['xsize=', 'xsize takes'],
    ['xsize=٣', 'xsize takes'],
    ['ysize=5.5', 'ysize takes a whole number'],
    ['ysize=99999999999999999999', 'ysize takes'],
    ['crop=1,2,3', 'crop takes x,y,width,height'],
    ['crop=1,2,3,0', 'crop takes'],
    ['crop=-1,2,3,4', 'crop takes'],
    ['rotate=45', 'rotate takes one of 0, 90, 180, 270'],
    ['flip=yes', 'flip takes true or false'],
    ['fit=fill', 'fit takes one of inside, cover, contain'],
    ['dpr=NaN', 'dpr takes a number from 1 to 4'],
    ['blur=51', 'blur takes true, false, or a sigma from 0.3 to 50'],
    ['blur=Infinity', 'blur takes'],
    ['page=0', 'page takes'],
    ['background=octarine', 'background takes a colour'],
    ['background=constructor', 'background takes a colour'],
    ['kind=bmp', 'kind takes one of jpg, jpeg, png, webp, avif, tif, tiff, gif, auto, not "bmp"'],
    ['kind=source', 'kind takes'],
    ['metadata=all', 'metadata takes one of strip, keep'],
    ['colour=red', 'Unknown parameter "colour": it may be key, page, crop'],
    ['xsize=1&xsize=1', 'xsize is given 2 times'],
  ])('%j is refused with what it takes', (query, message) => {
    expect(() => read(query)).toThrow(
      expect.objectContaining({ code: 'BAD_PARAMETER', message: expect.stringContaining(message) }),
    );
  });

  it('is read, or refused with the code, whatever it holds', () => {
    const names = fc.constantFrom('crop', 'dpr', 'gravity', 'flip', 'background', 'kind', '__proto__');
    fc.assert(
      fc.property(names, fc.string({ unit: 'binary' }), (name, value) => {
        try {
          read(new URLSearchParams({ [name]: value }).toString());
        } catch (error) {
          expect(error).toMatchObject({ code: 'BAD_PARAMETER' });
        }
      }),
    );
  });

  it('that a recipe is written as leads back to that recipe, in any order', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(CHOICES), (parts) => {
        const recipe = toRecipe(editsOf(readQuery(new URLSearchParams(parts), ROUTES.image.query)), 'webp');
        const again = readQuery(new URLSearchParams(queryOf(recipe).toReversed()), ROUTES.image.query);
        expect(toRecipe(editsOf(again), 'webp')).toEqual(recipe);
      }),
    );
  });
});

const CHOICES: [string, string][] = [
  ['xsize', '300'],
  ['ysize', '200'],
  ['fit', 'cover'],
  ['gravity', 'attention'],
  ['crop', '1,2,30,40'],
  ['blur', '0.33'],
  ['background', 'navy'],
  ['rotate', '270'],
  ['thumbnail', 'true'],
  ['animated', 'false'],
];
