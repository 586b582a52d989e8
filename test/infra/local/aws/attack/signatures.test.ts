import { HeadBucketCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type LiveEndpoint, liveEndpoint, PLAIN, VERSIONED } from '../live-endpoint.ts';
import { signedHeaders, signedUrl } from '../signed-fetch.ts';
import { LEAK, rawRequest, sendRaw, statusOf } from './raw.ts';

let live: LiveEndpoint;
let url: string;
beforeAll(async () => {
  live = await liveEndpoint();
  url = `${live.url}/${PLAIN}/key`;
});
afterAll(() => live.end());
afterEach(async () => {
  await live.s3.send(new HeadBucketCommand({ Bucket: PLAIN }));
  for (const Bucket of [PLAIN, VERSIONED]) {
    expect((await live.s3.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(0);
  }
});

describe('a header signature', () => {
  const [put, hour] = ['PUT', 3_600_000];
  const changed = (change: (headers: Record<string, string>) => Record<string, string>) => () => {
    const headers = signedHeaders(url, { method: put, body: 'x' });
    return send(url, { ...headers, ...change(headers) });
  };
  const edit = (from: string | RegExp, to: string) =>
    changed(({ authorization = '' }) => ({ authorization: authorization.replace(from, to) }));

  it.each([
    ['of a wrong secret', () => send(url, signedHeaders(url, { method: put, body: 'x', secret: 'no' })), 403],
    [
      'of a stranger',
      () => send(url, signedHeaders(url, { method: put, body: 'x', accessKeyId: 'no' })),
      403,
    ],
    ['of another method', () => send(url, signedHeaders(url, { method: 'GET', body: 'x' })), 403],
    ['of another key', () => send(url, signedHeaders(`${url}2`, { method: put, body: 'x' })), 403],
    ['of another query', () => send(`${url}?tagging`, signedHeaders(url, { method: put, body: 'x' })), 403],
    ['of another body', () => send(url, signedHeaders(url, { method: put, body: 'y' })), 400],
    [
      'of an hour ago',
      () => send(url, signedHeaders(url, { method: put, body: 'x', at: Date.now() - hour })),
      403,
    ],
    [
      'of in an hour',
      () => send(url, signedHeaders(url, { method: put, body: 'x', at: Date.now() + hour })),
      403,
    ],
    ['for another host', changed(() => ({ host: 'example.com' })), 403],
    ['with another date', changed(() => ({ 'x-amz-date': '20260101T000000Z' })), 400],
    ['with another hash of the body', changed(() => ({ 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' })), 403],
    ['with a header more', changed(() => ({ 'x-amz-meta-more': '1' })), 403],
    ['for another region', edit('us-east-1', 'eu-west-1'), 400],
    ['for another service', edit('/s3/', '/iam/'), 501],
    ['that leaves out the host', edit('SignedHeaders=host;', 'SignedHeaders='), 403],
    ['cut short', edit(/Signature=.{8}/, 'Signature='), 403],
    ['that is empty', edit(/Signature=.*/, 'Signature='), 400],
    ['of another scheme', edit('AWS4-HMAC-SHA256', 'AWS4-HMAC-SHA1'), 400],
    ['of version 2', changed(() => ({ authorization: 'AWS darkroom:c2lnbmF0dXJl' })), 400],
    ['of a prototype', edit('Credential=darkroom', 'Credential=__proto__'), 403],
    ['that is missing', changed(() => ({ authorization: '' })), 403],
  ])('%s opens nothing', async (_, request, status) => {
    const answer = await request();
    expect([statusOf(answer), answer.match(LEAK)?.[0]]).toEqual([status, undefined]);
  });

  it('beside another opens nothing', async () => {
    const request = rawRequest(live.url, { target: `/${PLAIN}/key`, body: 'x' });
    const line = /authorization: .*\r\n/.exec(request)?.[0] ?? '';
    const other = line.replace(/Signature=.{8}/, 'Signature=00000000');
    expect(statusOf(await sendRaw(live.url, request.replace(line, other + line)))).toBe(400);
    expect(statusOf(await sendRaw(live.url, request.replace(line, line + other)))).toBe(400);
  });
});

describe('a signed URL', () => {
  it.each([
    ['X-Amz-Algorithm', 'AWS4-HMAC-SHA512'],
    ['X-Amz-Credential', 'darkroom/20200101/us-east-1/s3/aws4_request'],
    ['X-Amz-Credential', 'someone/20200101/us-east-1/s3/aws4_request'],
    ['X-Amz-Date', '20260101T000000Z'],
    ['X-Amz-Date', 'never'],
    ['X-Amz-Expires', '604800'],
    ['X-Amz-Expires', '-1'],
    ['X-Amz-Expires', '1e9'],
    ['X-Amz-SignedHeaders', ''],
    ['X-Amz-SignedHeaders', 'host;x-amz-acl'],
    ['X-Amz-Signature', '0'.repeat(64)],
    ['X-Amz-Signature', ''],
    ['response-content-type', 'text/html'],
    ['versionId', 'null'],
  ])('is void with another %s', async (name, value) => {
    const tampered = new URL(signedUrl(url, {}, { 'response-content-type': 'image/png' }));
    tampered.searchParams.set(name, value);
    const answer = await fetch(tampered);
    expect([400, 403]).toContain(answer.status);
    expect(await answer.text()).not.toMatch(LEAK);
  });

  it.each([
    'X-Amz-Algorithm',
    'X-Amz-Credential',
    'X-Amz-Date',
    'X-Amz-Expires',
    'X-Amz-SignedHeaders',
    'X-Amz-Signature',
  ])('is void without its %s, and with another before it', async (name) => {
    const without = new URL(signedUrl(url, {}));
    without.searchParams.delete(name);
    expect([400, 403]).toContain((await fetch(without)).status);
    const twice = `${url}?${name}=other&${new URL(signedUrl(url, {})).searchParams}`;
    expect([400, 403]).toContain((await fetch(twice)).status);
  });

  it.each([
    ['once it has expired', () => fetch(signedUrl(url, { at: Date.now() - 61_000, expires: 60 }))],
    ['before its time', () => fetch(signedUrl(url, { at: Date.now() + 3_600_000 }))],
    ['for longer than a week', () => fetch(signedUrl(url, { expires: 604_801 }))],
    ['for another method', () => fetch(signedUrl(url, {}), { method: 'PUT', body: 'x' })],
    ['for another key', () => fetch(signedUrl(url, {}).replace('/key?', '/key2?'))],
    [
      'with an x-amz header that it does not sign',
      () => fetch(signedUrl(url, {}), { headers: { 'x-amz-acl': 'public-read' } }),
    ],
  ])('is void %s', async (_, request) => {
    expect([400, 403]).toContain((await request()).status);
  });
});

describe('a form with a policy', () => {
  it.each([
    ['changed', { Policy: (policy: string) => swap(policy, '10', '10000') }, 403],
    ['that is no JSON', { Policy: () => 'bm9uZQ==' }, 403],
    ['of another signature', { 'X-Amz-Signature': () => '0'.repeat(64) }, 403],
    ['of another day', { 'X-Amz-Date': () => '20260101T000000Z' }, 403],
    ['of a stranger', { 'X-Amz-Credential': (it: string) => it.replace('darkroom', 'nobody') }, 403],
    ['for another key', { key: () => 'uploads/../../elsewhere' }, 403],
    ['for another bucket', { policyFor: PLAIN }, 403],
    ['missing', { Policy: () => '' }, 403],
  ])('%s stores nothing', async (_, changes, status) => {
    const { fields } = await createPresignedPost(live.s3, {
      Bucket: 'policyFor' in changes ? changes.policyFor : VERSIONED,
      Key: 'uploads/key',
      Conditions: [['content-length-range', 1, 10]],
    });
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) {
      const change: unknown = Object.entries(changes).find(([field]) => field === name)?.[1];
      form.set(name, typeof change === 'function' ? change(value) : value);
    }
    form.set('file', new Blob(['content']));
    const answer = await fetch(`${live.url}/${VERSIONED}`, { method: 'POST', body: form });
    expect(answer.status).toBe(status);
    expect(await answer.text()).not.toMatch(LEAK);
  });

  function swap(policy: string, from: string, to: string): string {
    return Buffer.from(Buffer.from(policy, 'base64').toString().replace(from, to)).toString('base64');
  }
});

/** Says `headers` as they are, the host among them, which fetch would set itself. */
function send(target: string, headers: Readonly<Record<string, string>>): Promise<string> {
  const { pathname, search } = new URL(target);
  const lines = Object.entries({ ...headers, 'content-length': '1' })
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}: ${value}\r\n`);
  return sendRaw(live.url, `PUT ${pathname}${search} HTTP/1.1\r\n${lines.join('')}\r\nx`);
}
