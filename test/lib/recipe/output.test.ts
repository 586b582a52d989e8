import { describe, expect, test } from 'vitest';
import { output, recipeFromSteps } from '../../../lib/recipe/output.ts';
import { printRecipe } from '../../../lib/recipe/recipe.ts';

describe('a declared output', () => {
  test('has the recipe of its steps', () => {
    const declared = {
      name: 'thumbnail',
      steps: { xsize: 50, ysize: 50, sharpen: true, crop: [0, 0, 9, 9] },
      format: 'jpeg',
    };
    const { name, recipe } = output.parse(declared);
    expect([name, printRecipe(recipe)]).toEqual([
      'thumbnail',
      'crop-0-0-9-9_xsize-50_ysize-50_sharpen-1.jpg',
    ]);
    expect(output.parse({ name: 'negated', format: 'source', steps: { negate: true } }).recipe).toEqual({
      format: 'source',
      negate: true,
    });
    expect(recipeFromSteps({ thumbnail: true }, 'jpg')).toEqual({
      xsize: 50,
      ysize: 50,
      sharpen: 1,
      format: 'jpg',
    });
  });

  test.each([
    ['an unknown step', { name: 'a', steps: { size: 5 }, format: 'jpg' }],
    ['a value out of range', { name: 'a', steps: { xsize: 9000 }, format: 'jpg' }],
    ['an unknown format', { name: 'a', steps: {}, format: 'bmp' }],
    ['a name that is no part of a key', { name: '../a', steps: {}, format: 'jpg' }],
    ['text for a number', { name: 'a', steps: { xsize: '50' }, format: 'jpg' }],
  ])('is refused for %s', (_, declared) => {
    expect(output.safeParse(declared).success).toBe(false);
  });
});
