import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTarget } from '../../../infra/local/gateway/request-event.ts';
import { downloadUrl, imageEventsUrl, imagePlace, imageUrl } from '../../../lib/http/links.ts';
import { matchRoute } from '../../../lib/http/match.ts';
import { namedKey } from '../../../lib/http/request.ts';

/** The key that a link leads to, by way of the gateway and the route table. */
function keyBehind(url: string): string {
  const { rawPath = '', query = '' } = parseTarget(url.replace('http://h', '')) ?? {};
  const search = new URLSearchParams(query);
  const match = matchRoute('GET', rawPath, search);
  if ('allow' in match) throw new Error(`${url} leads nowhere`);
  const key = search.get('key');
  return namedKey(
    { params: match.params, query: key === null ? {} : { key } },
    match.name === 'image' ? 'path' : 'filename',
  );
}

describe('a link', () => {
  it('carries a key in the path where that can, in the query where not', () => {
    expect(imageUrl('http://h', 'trip/a b+c.jpg')).toBe('http://h/images/trip/a%20b%2Bc.jpg');
    expect(downloadUrl('http://h', 'a//b?.jpg')).toBe('http://h/images/download/-?key=a%2F%2Fb%3F.jpg');
    expect(imageUrl('http://h', '100%.jpg')).toBe('http://h/images/-?key=100%25.jpg');
    expect(imageUrl('http://h', 'download/a.jpg')).toBe('http://h/images/-?key=download%2Fa.jpg');
    expect(imageEventsUrl('http://h', 'a&b')).toBe('http://h/events?image=a%26b');
  });

  it('leads back to its key, whatever the key', () => {
    const pieces = fc.constantFrom(
      '/',
      '//',
      '.',
      '..',
      '?',
      '%',
      '%2F',
      '+',
      '&',
      '#',
      '-',
      'a.jpg',
      'ü',
      '\\',
    );
    const keys = fc.array(fc.oneof(pieces, fc.string({ unit: 'grapheme' })), { minLength: 1 });
    fc.assert(
      fc.property(keys, (parts) => {
        const key = parts.join('');
        fc.pre(key !== '' && key.isWellFormed());
        expect(keyBehind(downloadUrl('http://h', key))).toBe(key);
        fc.pre(!key.startsWith('download/'));
        expect(keyBehind(imageUrl('http://h', key))).toBe(key);
        const { escaped, path, search } = imagePlace(key);
        const target = parseTarget(`${escaped}?${search}`);
        expect([target?.rawPath, target?.query]).toEqual([path, String(search)]);
      }),
    );
  });
});
