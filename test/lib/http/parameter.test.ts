import { describe, expect, it } from 'vitest';
import { moment, oneOf, readQuery, text, truth, wholeNumber } from '../../../lib/http/parameter.ts';

const PARAMETERS = {
  limit: wholeNumber(1, 10, 'a page'),
  order: oneOf(['asc', 'desc']),
  since: moment,
  image: text('a key', 8),
  gps: truth,
};
const read = (query: string) => readQuery(new URLSearchParams(query), PARAMETERS);

describe('a query', () => {
  it.each([
    ['', {}],
    ['limit=7&order=DESC&image=a%2Bb&gps=1', { limit: 7, order: 'desc', image: 'a+b', gps: true }],
    ['image=a+b%20c', { image: 'a b c' }],
    ['image=%C3%BC', { image: 'ü' }],
    ['gps=FALSE', { gps: false }],
    ['since=2026-01-02', { since: '2026-01-02T00:00:00.000Z' }],
    ['since=2026-01-02T03:04:05.5%2B02:00', { since: '2026-01-02T01:04:05.500Z' }],
    ['since=2026-01-02t03:04z', { since: '2026-01-02T03:04:00.000Z' }],
  ])('%j is read by its table', (query, values) => {
    expect(read(query)).toEqual(values);
  });

  it.each([
    ['limit=0', 'limit takes a whole number from 1 to 10 (a page), not "0"'],
    ['limit=11', 'limit takes'],
    ['limit=-1', 'limit takes'],
    ['limit=1e3', 'limit takes'],
    ['limit=', 'limit takes'],
    ['limit=%201', 'limit takes'],
    ['order=up', 'order takes one of asc, desc, not "up"'],
    ['order=constructor', 'order takes'],
    ['since=yesterday', 'since takes a time such as'],
    ['since=2026-13-01', 'since takes'],
    ['since=1', 'since takes'],
    ['image=', 'image takes a key, of up to 8 bytes, not ""'],
    ['image=%F0%9F%93%B7%F0%9F%93%B7x', 'image takes'],
    ['gps=yes', 'gps takes true or false'],
    ['gps', 'gps takes true or false, not ""'],
    ['Limit=1', 'Unknown parameter "Limit": it may be limit, order, since, image, gps'],
    ['toString=1', 'Unknown parameter "toString"'],
    ['__proto__=1', 'Unknown parameter "__proto__"'],
    ['=1', 'Unknown parameter ""'],
    ['limit=1&limit=1', 'limit is given 2 times'],
    [`${'x'.repeat(100)}=1`, `Unknown parameter "${'x'.repeat(40)}…"`],
  ])('%j is refused with the name of the parameter and what it takes', (query, message) => {
    const refused = expect.objectContaining({
      code: 'BAD_PARAMETER',
      message: expect.stringContaining(message),
    });
    expect(() => read(query)).toThrow(refused);
  });

  it('where none is taken says so', () => {
    expect(() => readQuery(new URLSearchParams('a=1'), {})).toThrow('Unknown parameter "a": it takes none');
  });
});
