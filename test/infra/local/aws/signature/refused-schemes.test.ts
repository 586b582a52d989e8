import { ListBucketsCommand } from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LiveEndpoint, liveEndpoint, PLAIN } from '../live-endpoint.ts';

let live: LiveEndpoint;
beforeAll(async () => {
  live = await liveEndpoint();
});
afterAll(() => live.end());

describe('a signature of version 2', () => {
  const old = 'AWSAccessKeyId=darkroom&Expires=9999999999&Signature=abc%3D';
  const form = new FormData();
  for (const name of ['AWSAccessKeyId', 'signature', 'policy', 'key']) form.append(name, 'x');
  form.append('file', new Blob(['x']), 'x');

  it.each<[string, string, RequestInit]>([
    ['a header', '', { headers: { authorization: 'AWS darkroom:abc=' } }],
    ['a URL', `?${old}`, {}],
    ['a form', '', { method: 'POST', body: form }],
  ])('in %s is told which one is needed', async (_, query, init) => {
    const answer = await fetch(`${live.url}/${PLAIN}${query}`, init);
    expect(answer.status).toBe(400);
    const text = await answer.text();
    expect(text).toContain('<Code>InvalidRequest</Code>');
    expect(text).toContain('is not supported. Please use AWS4-HMAC-SHA256.');
  });
});

describe('a signature for another region is told the right one', () => {
  it('in a header', async () => {
    const elsewhere = live.s3With({ region: 'eu-north-1' });
    await expect(elsewhere.send(new ListBucketsCommand({}))).rejects.toMatchObject({
      name: 'AuthorizationHeaderMalformed',
      Region: 'us-east-1',
    });
  });

  it('in a URL', async () => {
    const url = await getSignedUrl(live.s3With({ region: 'eu-north-1' }), new ListBucketsCommand({}));
    const text = await (await fetch(url)).text();
    expect(text).toContain('<Code>AuthorizationQueryParametersError</Code>');
    expect(text).toContain('<Region>us-east-1</Region>');
  });

  it('in a form', async () => {
    const elsewhere = live.s3With({ region: 'eu-north-1' });
    const { url, fields } = await createPresignedPost(elsewhere, { Bucket: PLAIN, Key: 'k' });
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append('file', new Blob(['x']), 'x');
    const answer = await fetch(url, { method: 'POST', body: form });
    expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining('us-east-1')]);
  });
});
