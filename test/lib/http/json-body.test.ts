import { describe, expect, it } from 'vitest';
import { MAX_JSON_BYTES, readJson } from '../../../lib/http/json-body.ts';
import {
  BuildRequest,
  TokenRequest,
  UploadRequest,
  UserFacts,
  UserRequest,
} from '../../../lib/http/schemas.ts';

type Schema = Parameters<typeof readJson>[1];
const read = (body: string | Buffer, schema: Schema = UserFacts, type?: string, whenEmpty?: object) =>
  readJson({ headers: { 'content-type': type }, body: Buffer.from(body) }, schema, whenEmpty);

describe('a JSON body', () => {
  it.each([
    ['{"a":[1,null]}', undefined, { a: [1, null] }],
    ['{"a":1}', 'application/json; charset=utf-8', { a: 1 }],
    ['{"a":1}', 'Application/Merge-Patch+JSON', { a: 1 }],
    ['{"text":"[[[[{{{{"}', undefined, { text: '[[[[{{{{' }],
    ['{"\\ud83d\\udcf7":"📷"}', undefined, { '📷': '📷' }],
    ['{"constructor":1,"toString":2}', undefined, { constructor: 1, toString: 2 }],
    [
      '{"n":[1.0,0.10,1E+3,1e-7,123456789012345680000,5e-324]}',
      undefined,
      { n: [1, 0.1, 1000, 1e-7, 123456789012345680000, 5e-324] },
    ],
  ])('%j of type %s is read', (body, type, value) => {
    expect(read(body, UserFacts, type)).toEqual(value);
  });

  it('that is empty stands for what its route says, and for nothing where it says nothing', () => {
    for (const body of ['', ' \n']) {
      expect(read(body, TokenRequest, undefined, {})).toEqual({});
      expect(() => read(body)).toThrow(
        expect.objectContaining({ code: 'BAD_REQUEST', message: expect.stringContaining('is empty') }),
      );
    }
  });

  it.each([
    ['[]', 'the body has to be a JSON object'],
    ['null', 'the body has to be a JSON object'],
    ['{"a":', 'no JSON'],
    ['{"a":1}{', 'no JSON'],
    [Buffer.from([0x7b, 0xff, 0x7d]), 'not in UTF-8'],
    ['{"a":"\\ud800"}', 'half of a surrogate pair'],
    ['{"\\udc00":1}', 'half of a surrogate pair'],
    ['['.repeat(100_00), 'nested deeper than 64'],
    ['{"a":{"__proto__":1}}', 'the key __proto__'],
    ['{"a":12345678901234567890}', '12345678901234567890 would be kept as 12345678901234567000'],
    ['{"a":[9007199254740993]}', 'send it as a text'],
    ['{"a":3.141592653589793238}', 'would be kept as 3.141592653589793'],
    ['{"a":-1e400}', 'would be kept as -Infinity'],
    ['{"a":1e-400}', 'would be kept as 0'],
    [`{"a":1${'0'.repeat(50_000)}1}`, 'The number 1000'],
    [`{"a":${'['.repeat(64)}${']'.repeat(64)}}`, 'nested deeper than 64'],
  ])('%j is refused', (body, message) => {
    expect(() => read(body)).toThrow(
      expect.objectContaining({ code: 'BAD_REQUEST', message: expect.stringContaining(message) }),
    );
  });

  it.each([
    [UserRequest, '{}', ['name has to be a text', 'password has to be a text', 'role takes "reader"']],
    [
      UserRequest,
      '{"name":"a b","password":"short","role":"king"}',
      ['name has to match', 'password is at least 12'],
    ],
    [TokenRequest, '{"expires_in":0}', ['expires_in is at least 1']],
    [TokenRequest, '{"expires_in":1e9}', ['expires_in is at most 31622400']],
    [TokenRequest, '{"expires_in":1.5}', ['expires_in has to be a whole number']],
    [TokenRequest, '{"rôle":"admin"}', ['rôle is unknown']],
    [UploadRequest, '{"name":"a","contentType":"image/png","size":"9"}', ['size has to be']],
    [BuildRequest, '{"workflow":"w","force":"maybe"}', ['force takes true or false, or "true", "false"']],
  ])('that does not fit says where it does not', (schema, body, words) => {
    for (const word of words)
      expect(() => read(body, schema)).toThrow(
        expect.objectContaining({ code: 'BAD_REQUEST', message: expect.stringContaining(word) }),
      );
  });

  it('of another type is a 415 that says which one, and one that is too long a 413', () => {
    expect(() => read('a=1', UserFacts, 'application/x-www-form-urlencoded')).toThrow(
      expect.objectContaining({
        code: 'UNSUPPORTED_MEDIA_TYPE',
        message: expect.stringContaining('-H content-type:application/json'),
      }),
    );
    expect(() => read(`"${' '.repeat(MAX_JSON_BYTES)}"`)).toThrow(
      expect.objectContaining({ code: 'BODY_TOO_LARGE', message: expect.stringContaining('65538 bytes') }),
    );
  });
});
