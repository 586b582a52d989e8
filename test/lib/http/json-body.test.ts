import { describe, expect, it } from 'vitest';
import { MAX_JSON_BYTES, readJson } from '../../../lib/http/json-body.ts';
import {
  BuildRequest,
  TokenRequest,
  UploadRequest,
  UserFacts,
  UserRequest,
} from '../../../lib/http/schemas.ts';

const read = (body: string | Buffer, schema = UserFacts as Parameters<typeof readJson>[1], type?: string) =>
  readJson({ headers: { 'content-type': type }, body: Buffer.from(body) }, schema);

describe('a JSON body', () => {
  it.each([
    ['{"a":[1,null]}', undefined, { a: [1, null] }],
    ['{"a":1}', 'application/json; charset=utf-8', { a: 1 }],
    ['{"a":1}', 'Application/Merge-Patch+JSON', { a: 1 }],
    ['', undefined, {}],
    [' \n', undefined, {}],
    ['{"text":"[[[[{{{{"}', undefined, { text: '[[[[{{{{' }],
    ['{"\\ud83d\\udcf7":"📷"}', undefined, { '📷': '📷' }],
  ])('%j of type %s is read', (body, type, value) => {
    expect(read(body, UserFacts, type)).toEqual(value);
  });

  it.each([
    ['[]', 'the body has to be record'],
    ['null', 'the body has to be record'],
    ['{"a":', 'no JSON'],
    ['{"a":1}{', 'no JSON'],
    [Buffer.from([0x7b, 0xff, 0x7d]), 'not in UTF-8'],
    ['{"a":"\\ud800"}', 'half of a surrogate pair'],
    ['{"\\udc00":1}', 'half of a surrogate pair'],
    ['['.repeat(100_00), 'nested deeper than 64'],
    [`{"a":${'['.repeat(64)}${']'.repeat(64)}}`, 'nested deeper than 64'],
  ])('%j is refused', (body, message) => {
    expect(() => read(body)).toThrow(
      expect.objectContaining({ code: 'BAD_REQUEST', message: expect.stringContaining(message) }),
    );
  });

  it.each([
    [UserRequest, '{}', ['name has to be string', 'password has to be string', 'role takes "reader"']],
    [
      UserRequest,
      '{"name":"a b","password":"short","role":"king"}',
      ['name has to match', 'password is at least 12'],
    ],
    [TokenRequest, '{"expires_in":0}', ['expires_in is at least 1']],
    [TokenRequest, '{"expires_in":1e9}', ['expires_in is at most 31622400']],
    [TokenRequest, '{"expires_in":1.5}', ['expires_in has to be int']],
    [TokenRequest, '{"rôle":"admin"}', ['rôle is unknown']],
    [UploadRequest, '{"name":"a","contentType":"image/png","size":"9"}', ['size has to be']],
    [BuildRequest, '{"workflow":"w","force":"maybe"}', ['force']],
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
