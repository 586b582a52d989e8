import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseBasic } from '../../../lib/auth/basic.ts';

const header = (pair: string | Buffer): string => `Basic ${Buffer.from(pair).toString('base64')}`;

describe('Basic credentials', () => {
  it('are read whatever is in them', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (user, password) => {
        fc.pre(!user.includes(':') && `${user}${password}`.isWellFormed());
        expect(parseBasic(header(`${user}:${password}`))).toEqual({ user, password });
      }),
    );
  });

  it.each([
    ['BASIC   YTpi', { user: 'a', password: 'b' }],
    ['basic YTpi ', { user: 'a', password: 'b' }],
    [header('a:b:c'), { user: 'a', password: 'b:c' }],
    [header(':'), { user: '', password: '' }],
    [header('\ufeffa:b'), { user: '\ufeffa', password: 'b' }],
    [header(`a:${'x'.repeat(64 * 1024)}`), { user: 'a', password: 'x'.repeat(64 * 1024) }],
  ])('%.40s are read', (authorization, pair) => {
    expect(parseBasic(authorization)).toEqual(pair);
  });

  it.each([
    '',
    'Basic',
    'Basic ',
    'Basic !!!',
    'Basic YTpi=x',
    'BasicYTpi',
    'Basic YTpi, Basic YTpi',
    'Basic YTpi Basic YTpi',
    'Digest YTpi',
    'Bearer YTpi',
    header('no colon'),
    header(Buffer.from([0x61, 0x3a, 0xff])),
    `Basic ${'='.repeat(65_536)}`,
  ])('%.40s are none', (authorization) => {
    expect(parseBasic(authorization)).toBeUndefined();
  });
});
