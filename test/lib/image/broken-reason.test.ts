import { expect, it } from 'vitest';
import { render } from '../../../lib/image/render.ts';
import { asBroken } from '../../../lib/image/source.ts';
import { toRecipe } from '../../../lib/recipe/recipe.ts';
import { detail } from '../../support/pictures.ts';

it.each([
  ['Input buffer has corrupt header:', 'its header cannot be read'],
  [
    'Input buffer has corrupt header: VipsJpeg: premature end of JPEG image\nVipsJpeg: Bogus DQT index 11',
    'premature end of JPEG image',
  ],
  ['vipspng: libpng read error', 'libpng read error'],
  [
    'Input buffer has corrupt header: source: bad seek to 1024\nsource: bad seek to 512\nheif: Invalid input: No meta box',
    'Invalid input: No meta box',
  ],
  ['', 'its header cannot be read'],
])('of %j the reason is “%s”', (said, reason) => {
  expect(() => asBroken('jpg')(new Error(said))).toThrow(`The jpg is broken or cut short: ${reason}`);
});

it.each(['jpeg', 'png', 'webp', 'avif', 'gif'] as const)(
  'a %s that is cut short has a reason',
  async (format) => {
    const whole = await (await detail()).toFormat(format).toBuffer();
    for (const cut of [60, whole.length >> 1]) {
      const told = await render(whole.subarray(0, cut), [toRecipe({ xsize: 9 }, 'jpg')]).catch(String);
      expect(told).toMatch(/is broken or cut short: [^:]*\w/);
      expect(told).not.toMatch(/:$|vips/i);
    }
  },
);
