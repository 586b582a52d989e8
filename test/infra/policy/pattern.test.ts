import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { covers, coversArn } from '../../../infra/policy/pattern.ts';

describe('a pattern', () => {
  it.each([
    ['*', '', true],
    ['*', 'anything/at:all', true],
    ['abc', 'abc', true],
    ['abc', 'abcd', false],
    ['abc', 'Abc', false],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['?', '🖼', true],
    ['arn:aws:s3:::in/*', 'arn:aws:s3:::in/a/b', true],
    ['arn:aws:s3:::in/*', 'arn:aws:s3:::in', false],
    ['s3:Get*', 's3:PutObject', false],
    ['*.jpg', 'a.jpg.png', false],
    ['a*b*c', 'a-b-b-c', true],
    ['a*b*c', 'a-c-b', false],
    ['[a]+(b|.)', '[a]+(b|.)', true],
    ['.*', 'x', false],
    ['', '', true],
    ['', 'x', false],
  ])('%j covers %j: %s', (pattern, text, isCovered) => {
    expect(covers(pattern, text)).toBe(isCovered);
  });

  it('covers what a regular expression of the same meaning matches', () => {
    const sign = fc.constantFrom('a', 'b', '*', '?');
    const letter = fc.constantFrom('a', 'b');
    fc.assert(
      fc.property(
        fc.string({ unit: sign, maxLength: 6 }),
        fc.string({ unit: letter, maxLength: 8 }),
        (pattern, text) => {
          const expected = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`).test(text);
          expect(covers(pattern, text)).toBe(expected);
        },
      ),
    );
  });

  it('of many stars over a long text is decided at once', () => {
    const started = performance.now();
    expect(covers(`${'a*'.repeat(50)}b`, 'a'.repeat(2000))).toBe(false);
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

it.each([
  ['arn:aws:s3:::in', 'arn:aws:s3:::in', true],
  ['arn:aws:s3:::*', 'arn:aws:s3:::in/a', true],
  ['arn:aws:sqs:*:000000000000:work', 'arn:aws:sqs:eu-west-1:000000000000:work', true],
  ['arn:aws:sqs:*:work', 'arn:aws:sqs:eu-west-1:000000000000:work', false],
  ['arn:*', 'arn:aws:s3:::in', false],
  ['arn:aws:lambda:r:1:function:*', 'arn:aws:lambda:r:1:function:a:b', true],
])('the ARN pattern %j covers %j: %s', (pattern, arn, isCovered) => {
  expect(coversArn(pattern, arn)).toBe(isCovered);
});
