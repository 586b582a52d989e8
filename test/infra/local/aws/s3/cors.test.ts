import {
  DeleteBucketCorsCommand,
  GetBucketCorsCommand,
  PutBucketCorsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LiveEndpoint, liveEndpoint, PLAIN, VERSIONED } from '../live-endpoint.ts';
import { signedFetch } from '../signed-fetch.ts';

const ORIGIN = 'https://app.example';
const RULES = [
  {
    ID: 'app',
    AllowedHeaders: ['content-*'],
    AllowedMethods: ['PUT', 'POST'],
    AllowedOrigins: [ORIGIN, 'https://*.example.org'],
    ExposeHeaders: ['ETag'],
    MaxAgeSeconds: 600,
  },
  { AllowedMethods: ['GET'], AllowedOrigins: ['*'] },
];

let live: LiveEndpoint;
beforeAll(async () => {
  live = await liveEndpoint();
  const rules = { Bucket: PLAIN, CORSConfiguration: { CORSRules: RULES } };
  await live.s3.send(new PutBucketCorsCommand(rules));
});
afterAll(() => live.end());

describe('a browser that asks before it calls', () => {
  it('is told what an upload by a signed URL may have', async () => {
    const url = await getSignedUrl(live.s3, new PutObjectCommand({ Bucket: PLAIN, Key: 'k' }));
    const asked = { origin: ORIGIN, 'access-control-request-method': 'PUT' };
    const headers = { ...asked, 'access-control-request-headers': 'Content-Type' };
    const answer = await fetch(url, { method: 'OPTIONS', headers });
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'access-control-allow-origin': ORIGIN,
      'access-control-allow-methods': 'PUT, POST',
      'access-control-allow-headers': 'content-type',
      'access-control-expose-headers': 'ETag',
      'access-control-max-age': '600',
      'access-control-allow-credentials': 'true',
      vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
    });
  });

  it.each([
    ['https://a.b.example.org', 'POST', '', 200],
    ['https://example.org', 'POST', '', 403],
    ['https://other.example', 'PUT', '', 403],
    [ORIGIN, 'DELETE', '', 403],
    [ORIGIN, 'PUT', 'content-md5, x-amz-meta-a', 403],
    ['https://other.example', 'GET', '', 200],
    ['https://other.example', 'GET', 'content-type', 403],
    [ORIGIN, '', '', 400],
    ['', 'PUT', '', 400],
  ])('from %j for %j with headers %j is answered %i', async (origin, method, names, status) => {
    const headers = {
      ...(origin && { origin }),
      ...(method && { 'access-control-request-method': method }),
      ...(names && { 'access-control-request-headers': names }),
    };
    const answer = await fetch(`${live.url}/${PLAIN}/k`, { method: 'OPTIONS', headers });
    expect(answer.status).toBe(status);
    expect(answer.headers.has('access-control-allow-origin')).toBe(status === 200);
  });

  it.each([VERSIONED, 'no-such-bucket'])('about a bucket without rules (%s) is refused', async (bucket) => {
    const headers = { origin: ORIGIN, 'access-control-request-method': 'GET' };
    const answer = await fetch(`${live.url}/${bucket}`, { method: 'OPTIONS', headers });
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain('<Code>AccessForbidden</Code>');
  });
});

describe('an answer to a page of another origin', () => {
  it.each([
    ['PUT', ORIGIN, ORIGIN],
    ['GET', 'https://anything.example', '*'],
    ['DELETE', ORIGIN, null],
    ['PUT', 'https://other.example', null],
  ])('to %s from %s lets it be read by %s', async (method, origin, allowed) => {
    const answer = await signedFetch(`${live.url}/${PLAIN}/k`, { method, headers: { origin } });
    expect(answer.headers.get('access-control-allow-origin')).toBe(allowed);
  });

  it('says so of a refusal too', async () => {
    const headers = { origin: ORIGIN };
    const answer = await signedFetch(`${live.url}/${PLAIN}/k`, { method: 'PUT', headers, secret: 'wrong' });
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([403, ORIGIN]);
  });
});

describe('the rules', () => {
  it('are given back until they are removed', async () => {
    const Bucket = VERSIONED;
    await live.s3.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules: RULES } }));
    expect((await live.s3.send(new GetBucketCorsCommand({ Bucket }))).CORSRules).toEqual(RULES);
    await live.s3.send(new DeleteBucketCorsCommand({ Bucket }));
    await expect(live.s3.send(new GetBucketCorsCommand({ Bucket }))).rejects.toMatchObject({
      name: 'NoSuchCORSConfiguration',
    });
  });

  it.each([
    [[{ AllowedMethods: ['PATCH'], AllowedOrigins: ['*'] }], 'InvalidRequest'],
    [[{ AllowedMethods: ['GET'], AllowedOrigins: ['*.*'] }], 'MalformedXML'],
    [[{ AllowedMethods: ['GET'], AllowedOrigins: [] }], 'MalformedXML'],
    [[], 'MalformedXML'],
  ])('are refused where they are none: %j', async (CORSRules, name) => {
    const put = new PutBucketCorsCommand({ Bucket: VERSIONED, CORSConfiguration: { CORSRules } });
    await expect(live.s3.send(put)).rejects.toMatchObject({ name });
  });
});
