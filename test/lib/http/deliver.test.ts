import { describe, expect, it } from 'vitest';
import { MAX_ANSWER_BYTES } from '../../../lib/http/answer.ts';
import { deliver, type Standing } from '../../../lib/http/deliver.ts';

const BODY = Buffer.from('0123456789');

function picture(bytes = BODY.length): Standing {
  return {
    ...{ etag: '"abc"', lastModified: new Date(0), contentType: 'image/png', bytes },
    read: async (range) => (range === undefined ? BODY : BODY.subarray(range.first, range.last + 1)),
    locate: async () => 'https://bucket/key',
  };
}

const ask = (headers: Record<string, string> = {}, method = 'GET', bytes?: number) =>
  deliver({ method, headers }, picture(bytes), { 'cache-control': 'private, no-cache', vary: 'Accept' });

const TOLD = {
  etag: '"abc"',
  'last-modified': 'Thu, 01 Jan 1970 00:00:00 GMT',
  'cache-control': 'private, no-cache',
  vary: 'Accept',
};

describe('a picture', () => {
  it('comes whole, or in the part that was asked for', async () => {
    expect(await ask()).toMatchObject({
      status: 200,
      body: BODY,
      headers: { ...TOLD, 'accept-ranges': 'bytes' },
    });
    const part = await ask({ range: 'bytes=2-4' });
    expect(part).toMatchObject({ status: 206, headers: { ...TOLD, 'content-range': 'bytes 2-4/10' } });
    expect(String(part.body)).toBe('234');
  });

  it('that the client has is a 304 with what a 200 would say of it', async () => {
    expect(await ask({ 'if-none-match': '"abc"', range: 'bytes=0-1' })).toEqual({
      status: 304,
      headers: TOLD,
    });
  });

  it('asked for by HEAD tells its whole length, whatever the range', async () => {
    const answer = await ask({ range: 'bytes=2-4' }, 'HEAD');
    expect(answer).toMatchObject({ status: 200, headers: { 'content-length': '10' } });
    expect(answer.body).toBeUndefined();
  });

  it('is refused for a range beyond its end, and told how long it is', async () => {
    await expect(ask({ range: 'bytes=10-' })).rejects.toMatchObject({
      code: 'RANGE_NOT_SATISFIABLE',
      headers: { 'content-range': 'bytes */10' },
    });
  });

  it('that no answer can carry is a redirect, a part that one can is not', async () => {
    const large = MAX_ANSWER_BYTES + 1;
    expect(await ask({}, 'GET', large)).toMatchObject({
      status: 307,
      headers: { location: 'https://bucket/key' },
    });
    expect(await ask({ range: 'bytes=0-9' }, 'GET', large)).toMatchObject({ status: 206 });
    expect(await ask({ 'if-none-match': '*' }, 'GET', large)).toMatchObject({ status: 304 });
  });

  it('that no answer can carry is no redirect for who has a part of another one', async () => {
    const large = 2 * MAX_ANSWER_BYTES;
    const resumed = (ifRange: string) => ask({ range: 'bytes=9-', 'if-range': ifRange }, 'GET', large);
    expect(await resumed('"abc"')).toMatchObject({ status: 307 });
    await expect(resumed('"old"')).rejects.toMatchObject({
      code: 'PRECONDITION_FAILED',
      message: expect.stringMatching(/"abc".*without Range/),
    });
    expect(await ask({ 'if-range': '"old"' }, 'GET', large)).toMatchObject({ status: 307 });
    expect(await ask({ range: 'bytes=9-', 'if-range': '"old"' })).toMatchObject({ status: 200 });
  });

  it('that no answer can carry tells HEAD all that its last answer to GET would', async () => {
    const large = MAX_ANSWER_BYTES + 1;
    const told = { ...TOLD, 'content-type': 'image/png', 'content-length': String(large) };
    expect(await ask({}, 'HEAD', large)).toMatchObject({ status: 200, headers: told });
  });

  it('that can be had nowhere is refused to HEAD as well', async () => {
    const nowhere = { ...picture(MAX_ANSWER_BYTES + 1), locate: () => Promise.reject(new Error('nowhere')) };
    await expect(deliver({ method: 'HEAD', headers: {} }, nowhere, {})).rejects.toThrow('nowhere');
  });
});
