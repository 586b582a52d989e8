import { validateHeaderValue } from 'node:http';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attachment, jsonAnswer, MAX_ANSWER_BYTES, toGateway } from '../../../lib/http/answer.ts';

describe('an answer', () => {
  it('goes as text or as base64, and no browser may guess its type', () => {
    const text = toGateway(jsonAnswer('health', 200, { status: 'ok', version: '1' }, { 'x-one': '1' }));
    expect(text).toEqual({
      statusCode: 200,
      headers: {
        'content-type': 'application/json',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'x-one': '1',
      },
      body: '{"status":"ok","version":"1"}\n',
      isBase64Encoded: false,
    });
    const bytes = toGateway({ status: 200, headers: {}, body: Buffer.from([0, 255]) });
    expect(bytes).toMatchObject({ body: 'AP8=', isBase64Encoded: true });
    expect(toGateway({ status: 204, headers: {} })).not.toHaveProperty('body');
  });

  it('with as many bytes as it may have is one that Lambda carries', () => {
    const headers = { 'x-long': 'x'.repeat(8_000) };
    const answer = toGateway({ status: 200, headers, body: Buffer.alloc(MAX_ANSWER_BYTES) });
    expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThan(6_291_556);
  });
});

describe('a download name', () => {
  it.each([
    ['cat.jpg', 'filename="cat.jpg"; filename*=UTF-8\'\'cat.jpg'],
    ['a "b".jpg', 'filename="a _b_.jpg"; filename*=UTF-8\'\'a%20%22b%22.jpg'],
    ['kä(1).jpg', 'filename="k_(1).jpg"; filename*=UTF-8\'\'k%C3%A4%281%29.jpg'],
    ['../x\r\nset-cookie: a=b', 'filename=".._x__set-cookie: a=b"'],
  ])('%j is told as %s', (name, told) => {
    expect(attachment(name)).toContain(`attachment; ${told}`);
  });

  it('cannot leave its header, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        fc.pre(name.isWellFormed());
        const value = attachment(name);
        expect(value).toMatch(/^attachment; filename="[^"\\\r\n]*"; filename\*=UTF-8''[\w%!#$&+.^`|~-]*$/);
        validateHeaderValue('content-disposition', value);
        expect(decodeURIComponent(value.split("UTF-8''")[1] ?? '')).toBe(name);
      }),
    );
  });
});
