import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { within } from '../../../../../infra/local/aws/sqs/within.ts';

const read = (given: unknown) =>
  z.parse(
    z.object({ Wait: z.optional(within('Wait', [0, 20])) }),
    given === undefined ? {} : { Wait: given },
  );

describe('a number of a request', () => {
  it.each([
    [undefined, {}],
    [0, { Wait: 0 }],
    ['20', { Wait: 20 }],
  ])('that is %j is taken', (given, expected) => {
    expect(read(given)).toEqual(expected);
  });

  it.each([21, -1, 1.5, 'ten', [1], { toString: 1, valueOf: 1 }])(
    'that is %j is told with its limits',
    (given) => {
      const told = typeof given === 'object' ? JSON.stringify(given) : given;
      const message = `Value ${told} for parameter Wait is invalid. Reason: Must be >= 0 and <= 20, if provided.`;
      expect(() => read(given)).toThrow(expect.objectContaining({ code: 'InvalidParameterValue', message }));
    },
  );
});
