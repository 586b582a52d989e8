import { expect, test } from 'vitest';
import { functionAnswer } from '../../../../infra/local/gateway/answer.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
const TEXT_TYPE = { 'content-type': 'text/plain;charset=UTF-8' };

test.each([
  ['a string', 'hi', 200, JSON_TYPE, 'hi'],
  ['an object', { a: 1 }, 200, JSON_TYPE, '{"a":1}'],
  ['an array', [1], 200, JSON_TYPE, '[1]'],
  ['nothing', null, 200, JSON_TYPE, 'null'],
  ['a status alone', { statusCode: 204 }, 204, {}, ''],
  ['a status in digits', { statusCode: '201', body: 'ü' }, 201, TEXT_TYPE, 'ü'],
  ['base64', { statusCode: 200, body: 'w7w=', isBase64Encoded: true }, 200, TEXT_TYPE, 'ü'],
  [
    'headers in any case and of any scalar',
    {
      statusCode: 200,
      headers: { 'Content-Type': 'image/png', ETag: '"x"', 'X-N': 1, 'X-B': true },
      body: 'x',
    },
    200,
    { 'content-type': 'image/png', etag: '"x"', 'x-n': '1', 'x-b': 'true' },
    'x',
  ],
  ['cookies', { statusCode: 200, cookies: ['a=1', 'b=2'] }, 200, { 'set-cookie': ['a=1', 'b=2'] }, ''],
  [
    'headers of the connection',
    { statusCode: 200, headers: { Connection: 'close', 'transfer-encoding': 'chunked', vary: 'a' } },
    200,
    { vary: 'a' },
    '',
  ],
])('A result of %s is answered as API Gateway does', (_, result, status, headers, body) => {
  const answer = functionAnswer(JSON.stringify(result));
  expect({ ...answer, body: answer.body.toString() }).toEqual({ status, headers, body });
});

test.each([
  ['no JSON', 'text'],
  ['a status that is none', '{"statusCode":99}'],
  ['an informational status', '{"statusCode":101}'],
  ['a status in words', '{"statusCode":"fine"}'],
  ['an object as body', '{"statusCode":200,"body":{}}'],
  ['a list as header', '{"statusCode":200,"headers":{"a":["b"]}}'],
  ['a line break in a header', '{"statusCode":200,"headers":{"a":"b\\r\\nevil: 1"}}'],
  ['a header name with a space', '{"statusCode":200,"headers":{"a b":"c"}}'],
  ['a line break in a cookie', '{"statusCode":200,"cookies":["a=1\\nb"]}'],
])('%s is a 500 that reveals nothing', (_, payload) => {
  const answer = functionAnswer(payload);
  expect(answer.status).toBe(500);
  expect(answer.body.toString()).toBe('{"message":"Internal Server Error"}');
});
