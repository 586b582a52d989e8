import { describe, expect, it } from 'vitest';
import {
  demandWritable,
  guardsOf,
  isConditional,
  isNotModified,
  rangeOf,
} from '../../../lib/http/conditional.ts';

const ETAG = '"abc"';
const PICTURE = { etag: ETAG, lastModified: new Date('2026-11-21T04:00:00.700Z') };
const AT = 'Sat, 21 Nov 2026 04:00:00 GMT';
const BEFORE = 'Sat, 21 Nov 2026 03:59:59 GMT';
const AFTER = 'Sat, 21 Nov 2026 04:00:01 GMT';

describe('a conditional request', () => {
  it.each([
    [{}, false],
    [{ 'if-none-match': '*' }, true],
    [{ 'if-none-match': ETAG }, true],
    [{ 'if-none-match': 'W/"abc"' }, true],
    [{ 'if-none-match': '"x", "y,z" , W/"abc"' }, true],
    [{ 'if-none-match': '"x","y"' }, false],
    [{ 'if-none-match': 'abc' }, false],
    [{ 'if-none-match': '' }, false],
    [{ 'if-modified-since': AT }, true],
    [{ 'if-modified-since': AFTER }, true],
    [{ 'if-modified-since': BEFORE }, false],
    [{ 'if-modified-since': 'Saturday, 21-Nov-26 04:00:00 GMT' }, true],
    [{ 'if-modified-since': 'Sat Nov 21 04:00:00 2026' }, true],
    [{ 'if-modified-since': 'yesterday' }, false],
    [{ 'if-modified-since': '2026-11-22' }, false],
    [{ 'if-none-match': '"x"', 'if-modified-since': AFTER }, false],
    [{ 'if-match': ETAG }, false],
    [{ 'if-match': '"x", "abc"' }, false],
    [{ 'if-match': '*' }, false],
    [{ 'if-match': ETAG, 'if-none-match': ETAG }, true],
    [{ 'if-unmodified-since': AT }, false],
    [{ 'if-unmodified-since': 'nonsense' }, false],
    [{ 'if-match': ETAG, 'if-unmodified-since': BEFORE }, false],
  ])('with %j is answered without a body: %s', (headers, is) => {
    expect(isNotModified(headers, PICTURE)).toBe(is);
  });

  it.each([
    { 'if-match': '"x"' },
    { 'if-match': 'W/"abc"' },
    { 'if-match': '"x"', 'if-none-match': ETAG },
    { 'if-match': '"x"', 'if-unmodified-since': AFTER },
    { 'if-unmodified-since': BEFORE },
    { 'if-unmodified-since': BEFORE, 'if-none-match': ETAG },
  ])('with %j is refused', (headers) => {
    expect(() => isNotModified(headers, PICTURE)).toThrow(
      expect.objectContaining({ code: 'PRECONDITION_FAILED', message: expect.stringContaining(ETAG) }),
    );
  });

  it('is told from others by its headers', () => {
    expect(isConditional({ accept: '*/*', host: 'h' })).toBe(false);
    expect(isConditional({ range: 'bytes=0-1' })).toBe(true);
    expect(isConditional({ 'if-modified-since': AT })).toBe(true);
  });
});

describe('a write', () => {
  const write = (headers: Record<string, string>, current: typeof PICTURE | undefined) => () =>
    demandWritable('cat.jpg', headers, current);

  it.each([
    [{}, PICTURE],
    [{}, undefined],
    [{ 'if-match': `"x", ${ETAG}` }, PICTURE],
    [{ 'if-match': '*' }, PICTURE],
    [{ 'if-none-match': '*' }, undefined],
    [{ 'if-none-match': '"x"' }, PICTURE],
    [{ 'if-unmodified-since': AT }, PICTURE],
    [{ 'if-unmodified-since': BEFORE }, undefined],
    [{ 'if-unmodified-since': 'nonsense' }, PICTURE],
    [{ 'if-modified-since': AFTER }, PICTURE],
  ])('with %j over %j is done', (headers, current) => {
    expect(write(headers, current)).not.toThrow();
  });

  it.each([
    [{ 'if-match': '"x"' }, PICTURE, ETAG],
    [{ 'if-match': `W/${ETAG}` }, PICTURE, ETAG],
    [{ 'if-match': '*' }, undefined, 'not there'],
    [{ 'if-match': ETAG }, undefined, 'not there'],
    [{ 'if-none-match': '*' }, PICTURE, 'there already'],
    [{ 'if-none-match': `W/${ETAG}` }, PICTURE, ETAG],
    [{ 'if-unmodified-since': BEFORE }, PICTURE, AT],
  ])('with %j over %j is refused, and says %s', (headers, current, told) => {
    expect(write(headers, current)).toThrow(
      expect.objectContaining({ code: 'PRECONDITION_FAILED', message: expect.stringContaining(told) }),
    );
  });

  it('says what it takes for granted, or that it does not care', () => {
    expect(guardsOf({ host: 'h', 'if-match': '*' })).toEqual(['if-match: *']);
    expect(guardsOf({ host: 'h', 'if-modified-since': AT })).toEqual([]);
  });
});

describe('a range', () => {
  it.each([
    [{ range: 'bytes=0-1' }, 'bytes=0-1'],
    [{ range: 'bytes=0-1', 'if-range': ETAG }, 'bytes=0-1'],
    [{ range: 'bytes=0-1', 'if-range': '"x"' }, undefined],
    [{ range: 'bytes=0-1', 'if-range': 'W/"abc"' }, undefined],
    [{ range: 'bytes=0-1', 'if-range': AT }, undefined],
    [{ 'if-range': ETAG }, undefined],
  ])('in %j counts as %s', (headers, range) => {
    expect(rangeOf(headers, ETAG)).toBe(range);
  });
});
