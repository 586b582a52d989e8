import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeCursor, encodeCursor } from '../../../lib/http/cursor.ts';

const OF = { prefix: 'trip/' };
const isName = (value: unknown): value is string => typeof value === 'string';
const REFUSED = expect.objectContaining({
  code: 'BAD_PARAMETER',
  message: expect.stringContaining('cursor'),
});

it('a cursor leads back to its place, and is safe in a URL', () => {
  const cursor = encodeCursor(OF, 'trip/ü?.jpg');
  expect(cursor).toMatch(/^[\w-]+$/);
  expect(decodeCursor(OF, cursor, isName)).toBe('trip/ü?.jpg');
});

it('a cursor of another listing, or with another kind of place, is refused', () => {
  expect(() => decodeCursor({ prefix: 'other/' }, encodeCursor(OF, 'x'), isName)).toThrow(REFUSED);
  expect(() => decodeCursor(OF, encodeCursor(OF, { key: 'x' }), isName)).toThrow(REFUSED);
});

it('whatever was not given as one is refused', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.base64String(), fc.json()), (text) => {
      expect(() => decodeCursor(OF, text, isName)).toThrow(REFUSED);
      expect(() => decodeCursor(OF, Buffer.from(text).toString('base64url'), isName)).toThrow(REFUSED);
    }),
  );
});
