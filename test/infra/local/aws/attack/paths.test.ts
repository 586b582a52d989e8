import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LiveEndpoint, liveEndpoint, PLAIN } from '../live-endpoint.ts';
import { LEAK, rawRequest, sendRaw, statusOf } from './raw.ts';

let live: LiveEndpoint;
beforeAll(async () => {
  live = await liveEndpoint();
});
afterAll(() => live.end());

/** A file that an escape would make beside the state folder, or in it. */
const NAME = `darkroom-attack-${process.pid}`;

describe('a key that looks like a way out', () => {
  it.each([
    `/${PLAIN}/../../${NAME}`,
    `/${PLAIN}/%2e%2e/%2e%2e/${NAME}`,
    `/${PLAIN}/..%2f..%2f..%2f${NAME}`,
    `/${PLAIN}/%2e%2e%5c%2e%2e%5c${NAME}`,
    `/${PLAIN}/..\\..\\${NAME}`,
    `/${PLAIN}//tmp/${NAME}`,
    `/${PLAIN}/${NAME}%00.png`,
    `/${PLAIN}/objects/incoming/${NAME}`,
    `/${PLAIN}/store.db`,
  ])('is a key and nothing else: %s', async (target) => {
    const answer = await sendRaw(live.url, rawRequest(live.url, { target, body: 'content' }));
    expect(statusOf(answer)).toBe(200);
    const read = await sendRaw(live.url, rawRequest(live.url, { method: 'GET', target }));
    expect(read).toMatch(/\r\n\r\ncontent$/);
  });

  it.each([
    ['overlong UTF-8', `/${PLAIN}/%c0%ae%c0%ae%c0%af${NAME}`],
    ['half a surrogate', `/${PLAIN}/%ed%a0%80`],
    ['half an escape', `/${PLAIN}/%2`],
    ['bytes that are no UTF-8', `/${PLAIN}/\xff\xfe`],
    ['a bucket of dots', `/../${PLAIN}`],
    ['a bucket of encoded dots', `/%2e%2e/${NAME}`],
    ['a bucket with a NUL', `/%00/${NAME}`],
    ['a bucket with a slash in it', `/..%2f..%2f${NAME}`],
    ['no path', '*'],
    ['another host', `http://127.0.0.1:1/${PLAIN}/${NAME}`],
  ])('is refused with %s', async (_, target) => {
    const answer = await sendRaw(live.url, rawRequest(live.url, { target, body: 'content' }));
    expect([400, 403, 404]).toContain(statusOf(answer));
    expect(answer).not.toMatch(LEAK);
  });

  it('leaves no file of its name anywhere', async () => {
    const { Contents = [] } = await live.s3.send(new ListObjectsV2Command({ Bucket: PLAIN }));
    // Two of them are other spellings of keys that were there.
    expect(Contents).toHaveLength(7);
    const inside = readdirSync(live.home, { recursive: true, encoding: 'utf8' });
    expect(inside.filter((name) => name.includes(NAME))).toEqual([]);
    expect(readdirSync(live.home).sort()).toEqual(['objects', 'store.db', 'store.db-wal']);
    const outside = [dirname(live.home), dirname(dirname(live.home)), process.cwd(), '/tmp', '/'];
    expect(outside.filter((folder) => existsSync(join(folder, NAME)))).toEqual([]);
  });
});
