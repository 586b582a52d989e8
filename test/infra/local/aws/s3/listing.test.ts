import {
  ListObjectsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LiveEndpoint, liveEndpoint, PLAIN } from '../live-endpoint.ts';
import { signedFetch } from '../signed-fetch.ts';

/** In the order of their bytes, which is neither that of a language nor that of UTF-16. */
const KEYS = ['0', 'A', 'Z', '_', 'a', 'a/1', 'a/2', 'a/b/3', 'b c+d', 'z', 'ä', '\u{ffff}', '😀'];

let live: LiveEndpoint;
beforeAll(async () => {
  live = await liveEndpoint();
  const shuffled = [...KEYS].reverse();
  for (const Key of shuffled) await live.s3.send(new PutObjectCommand({ Bucket: PLAIN, Key, Body: Key }));
});
afterAll(() => live.end());

describe('a listing', () => {
  it('is in the order of bytes, also page by page', async () => {
    const found: (string | undefined)[] = [];
    const pages = paginateListObjectsV2(
      { client: live.s3, pageSize: 2 },
      { Bucket: PLAIN, EncodingType: 'url' },
    );
    for await (const page of pages)
      found.push(...(page.Contents ?? []).map(({ Key }) => decodeURIComponent(Key ?? '')));
    expect(found).toEqual(KEYS);
  });

  it('hides behind a delimiter what is deeper', async () => {
    const list = (Prefix: string) =>
      live.s3.send(new ListObjectsV2Command({ Bucket: PLAIN, Prefix, Delimiter: '/' }));
    const top = await list('');
    expect(top.CommonPrefixes).toEqual([{ Prefix: 'a/' }]);
    expect(top.KeyCount).toBe(KEYS.length - 2);
    const inner = await list('a/');
    expect(inner.Contents?.map(({ Key }) => Key)).toEqual(['a/1', 'a/2']);
    expect(inner.CommonPrefixes).toEqual([{ Prefix: 'a/b/' }]);
  });

  it('starts after a key that need not exist', async () => {
    const answer = await live.s3.send(
      new ListObjectsV2Command({ Bucket: PLAIN, StartAfter: 'a/1x', MaxKeys: 2 }),
    );
    expect(answer.Contents?.map(({ Key }) => Key)).toEqual(['a/2', 'a/b/3']);
    expect(answer).toMatchObject({ IsTruncated: true, KeyCount: 2, StartAfter: 'a/1x' });
  });

  it('in the first version goes on after its marker, a common prefix too', async () => {
    const found: (string | undefined)[] = [];
    for (let Marker: string | undefined = ''; Marker !== undefined; ) {
      const page: Awaited<ReturnType<typeof list>> = await list(Marker);
      found.push(
        ...(page.Contents ?? []).map(({ Key }) => Key),
        ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix),
      );
      Marker = page.NextMarker;
    }
    const sorted = [...KEYS.filter((key) => !key.includes('/')), 'a/'].sort((a, b) =>
      Buffer.compare(Buffer.from(a), Buffer.from(b)),
    );
    expect(found).toEqual(sorted.map((key) => key.replace('\uffff', '\ufffd')));
  });

  it.each(['list-type=2', 'marker=', 'versions'])(
    'with ?%s is XML whatever the keys hold, and tells each of them exactly when it is asked to',
    async (query) => {
      const key = 'a\u0001&<\u0000\u007f>';
      await signedFetch(`${live.url}/${PLAIN}/${encodeURIComponent(key)}`, { method: 'PUT', body: 'x' });
      const read = async (more: string) =>
        (await signedFetch(`${live.url}/${PLAIN}?${query}&prefix=a%01${more}`)).text();
      expect(await read('')).toContain('<Key>a\ufffd&amp;&lt;\ufffd&#x7f;&gt;</Key>');
      expect(await read('&encoding-type=url')).toContain('<Key>a%01%26%3C%00%7F%3E</Key>');
      await signedFetch(`${live.url}/${PLAIN}/${encodeURIComponent(key)}`, { method: 'DELETE' });
    },
  );

  const list = (Marker: string) =>
    live.s3.send(new ListObjectsCommand({ Bucket: PLAIN, Marker, Delimiter: '/', MaxKeys: 1 }));

  it.each([
    ['list-type=2&continuation-token=%21', 400, 'InvalidArgument'],
    ['list-type=2&max-keys=-1', 400, 'InvalidArgument'],
    ['encoding-type=base64', 400, 'InvalidArgument'],
    ['metadataTable', 501, 'NotImplemented'],
    ['analytics&id=1', 501, 'NotImplemented'],
    ['list-type=2&continuation-token=x', 400, 'InvalidArgument'],
    ['policy', 404, 'NoSuchBucketPolicy'],
    ['cors', 404, 'NoSuchCORSConfiguration'],
    ['lifecycle', 404, 'NoSuchLifecycleConfiguration'],
  ])('asked for with ?%s answers %i', async (query, status, code) => {
    const answer = await signedFetch(`${live.url}/${PLAIN}?${query}`);
    expect(answer.status).toBe(status);
    expect(await answer.text()).toContain(`<Code>${code}</Code>`);
  });

  it.each(['acl', 'retention', 'legal-hold', 'torrent', 'renameObject', 'unheard-of'])(
    'or an upload with ?%s is never taken for something else',
    async (parameter) => {
      for (const method of ['PUT', 'POST', 'DELETE']) {
        for (const path of [PLAIN, `${PLAIN}/0`]) {
          const answer = await signedFetch(`${live.url}/${path}?${parameter}`, { method, body: '<x/>' });
          expect(answer.status, `${method} ${path}`).toBe(501);
        }
      }
      expect(await (await signedFetch(`${live.url}/${PLAIN}/0`)).text()).toBe('0');
    },
  );
});
