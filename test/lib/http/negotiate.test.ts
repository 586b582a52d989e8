import { expect, it } from 'vitest';
import { negotiate } from '../../../lib/http/negotiate.ts';

const OFFERS = ['image/avif', 'image/webp', 'image/jpeg'] as const;

it.each([
  [undefined, 'image/avif'],
  ['', 'image/avif'],
  ['*/*', 'image/avif'],
  ['image/*', 'image/avif'],
  ['image/webp,*/*;q=0.8', 'image/webp'],
  ['text/html, image/jpeg', 'image/jpeg'],
  ['IMAGE/JPEG ; Q=0.5 , image/webp;q=0.4', 'image/jpeg'],
  ['image/avif;q=0, image/*', 'image/webp'],
  ['image/*;q=0.5, image/jpeg;q=0.9', 'image/jpeg'],
  ['image/*;q=0.9, image/avif;q=0.1, */*;q=1', 'image/webp'],
  ['image/webp;level=1;q=0.7, image/jpeg;q=0.8', 'image/jpeg'],
  ['image/webp;q=0.001', 'image/webp'],
  ['image/webp;q=0.000', undefined],
  ['image/webp;q=7', 'image/webp'],
  ['text/html', undefined],
  ['*/*;q=0', undefined],
  [', ,;q=1,image', undefined],
])('of AVIF, WebP and JPEG, Accept: %s likes %s best', (accept, liked) => {
  expect(negotiate(accept, OFFERS)).toBe(liked);
});

it('a header of many thousand ranges is read in no time', () => {
  expect(negotiate('a/b;q=0.1,'.repeat(100_000), OFFERS)).toBeUndefined();
});
