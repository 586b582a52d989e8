import { describe, expect, it } from 'vitest';
import { readQuery } from '../../../../../infra/local/aws/request.ts';
import {
  canonicalPaths,
  canonicalRequest,
  sha256,
  sign,
  signingKey,
  stringToSign,
} from '../../../../../infra/local/aws/signature/sigv4.ts';

/** The examples of https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html and sigv4-query-string-auth.html */
const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const TIMESTAMP = '20130524T000000Z';
const SCOPE = { date: '20130524', region: 'us-east-1', service: 's3' };
const EMPTY = sha256('');
const HOST = { host: 'examplebucket.s3.amazonaws.com' };

const examples = [
  {
    what: 'GET of a range',
    method: 'GET',
    path: '/test.txt',
    query: '',
    payload: EMPTY,
    headers: { ...HOST, range: 'bytes=0-9', 'x-amz-content-sha256': EMPTY, 'x-amz-date': TIMESTAMP },
    signature: 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  },
  {
    what: 'PUT of a key with a sign to be encoded',
    method: 'PUT',
    path: '/test$file.text',
    query: '',
    payload: sha256('Welcome to Amazon S3.'),
    headers: {
      date: 'Fri, 24 May 2013 00:00:00 GMT',
      ...HOST,
      'x-amz-content-sha256': sha256('Welcome to Amazon S3.'),
      'x-amz-date': TIMESTAMP,
      'x-amz-storage-class': 'REDUCED_REDUNDANCY',
    },
    signature: '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
  },
  {
    what: 'GET of a setting',
    method: 'GET',
    path: '/',
    query: 'lifecycle',
    payload: EMPTY,
    headers: { ...HOST, 'x-amz-content-sha256': EMPTY, 'x-amz-date': TIMESTAMP },
    signature: 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
  },
  {
    what: 'a listing',
    method: 'GET',
    path: '/',
    query: 'max-keys=2&prefix=J',
    payload: EMPTY,
    headers: { ...HOST, 'x-amz-content-sha256': EMPTY, 'x-amz-date': TIMESTAMP },
    signature: '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
  },
  {
    what: 'a signed URL',
    method: 'GET',
    path: '/test.txt',
    query:
      'X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=0000',
    payload: 'UNSIGNED-PAYLOAD',
    headers: HOST,
    signature: 'aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
  },
];

describe('Signature Version 4', () => {
  it.each(examples)(
    'of $what is what AWS published',
    ({ method, path, query, payload, headers, signature }) => {
      const request = {
        method,
        rawPath: path,
        path,
        query: readQuery(query),
        headers: new Map(Object.entries(headers)),
      };
      const [canonicalPath = ''] = canonicalPaths(request, 's3');
      const canonical = canonicalRequest(request, Object.keys(headers).sort(), payload, canonicalPath);
      const text = stringToSign(canonical, TIMESTAMP, SCOPE);
      expect(sign(signingKey(SECRET, SCOPE), text)).toBe(signature);
    },
  );

  it('folds spaces in headers and sorts parameters by their encoded bytes', () => {
    const request = {
      method: 'GET',
      rawPath: '/',
      path: '/',
      query: readQuery('b=2&a=%C3%BC&a=1&A=+'),
      headers: new Map([['x-amz-meta-a', '  two   spaces ']]),
    };
    expect(canonicalRequest(request, ['x-amz-meta-a'], 'x', '/')).toBe(
      'GET\n/\nA=%20&a=%C3%BC&a=1&b=2\nx-amz-meta-a:two spaces\n\nx-amz-meta-a\nx',
    );
  });

  it('sorts parameters by name before their values count, so that `select` comes before `select-type`', () => {
    const query = readQuery('select-type=2&select');
    const request = { method: 'POST', rawPath: '/', path: '/', query, headers: new Map() };
    expect(canonicalRequest(request, [], 'x', '/')).toBe('POST\n/\nselect=&select-type=2\n\n\nx');
  });
});
