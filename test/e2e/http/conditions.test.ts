import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { problemOf } from '../../support/api-requests.ts';
import { detail, photo } from '../../support/pictures.ts';
import { INPUT, outputKeys, put, startDarkroom, type TestDarkroom } from '../../support/runtime.ts';

let darkroom: TestDarkroom;
let png: Uint8Array<ArrayBuffer>;

beforeAll(async () => {
  darkroom = await startDarkroom();
  png = new Uint8Array(await (await detail()).png().toBuffer());
});
afterAll(() => darkroom.close());

const JSON_TYPE = { 'content-type': 'application/json' };
const EARLY = { 'if-unmodified-since': 'Thu, 01 Jan 1970 00:00:00 GMT' };
const upload = (name: string, headers: Record<string, string> = {}, method = 'PUT') =>
  darkroom.http(`/images/${name}`, { method, body: png, headers });
const remove = (name: string, headers: Record<string, string> = {}) =>
  darkroom.http(`/images/${name}`, { method: 'DELETE', headers });
const factsOf = (name: string) => darkroom.http(`/images/${name}?meta=true`);
const keep = (name: string, body: object, headers: Record<string, string> = {}) =>
  darkroom.http(`/images/${name}?meta=true`, {
    ...{ method: 'PUT', body: JSON.stringify(body) },
    headers: { ...JSON_TYPE, ...headers },
  });
const etagOf = (answer: Response): string => answer.headers.get('etag') ?? '';

describe('an upload', () => {
  it('tells the ETag of the original, as its facts do, with the time that it came', async () => {
    const answer = await upload('told.png');
    const { etag, uploaded } = (await (await factsOf('told.png')).json()) as Record<string, string>;
    expect(etag).toMatch(/^"[0-9a-f]{32}"$/);
    expect([etagOf(answer), ((await answer.json()) as { etag: string }).etag]).toEqual([etag, etag]);
    expect(Math.abs(Date.parse(uploaded ?? '') - Date.now())).toBeLessThan(60_000);
  });

  it.each(['PUT', 'POST'])('by %s with If-None-Match: * is one only where there is none', async (method) => {
    const name = `once-${method}.png`;
    const anew = { 'if-none-match': '*' };
    expect((await upload(name, anew, method)).status).toBe(202);
    expect(await problemOf(await upload(name, anew, method))).toMatchObject({
      ...{ status: 412, code: 'PRECONDITION_FAILED' },
      detail: expect.stringContaining(`${name} is there already`),
    });
  });

  it('of many at once with If-None-Match: * is one', async () => {
    const all = await Promise.all(
      Array.from({ length: 8 }, () => upload('race.png', { 'if-none-match': '*' })),
    );
    expect(all.filter(({ status }) => status === 202)).toHaveLength(1);
    expect(all.filter(({ status }) => status === 412)).toHaveLength(7);
  });

  it('that takes another picture for granted changes nothing', async () => {
    const etag = etagOf(await upload('guarded.png'));
    for (const condition of [{ 'if-match': '"not-this"' }, { 'if-none-match': etag }, EARLY])
      expect((await upload('guarded.png', condition)).status).toBe(412);
    expect((await upload('none.png', { 'if-match': '*' })).status).toBe(412);
    expect(await outputKeys(darkroom.s3, 'none', INPUT)).toEqual([]);
    expect((await upload('guarded.png', { 'if-match': `"x", ${etag}` })).status).toBe(202);
  });

  it('of a form with many takes no condition, since it is about one', async () => {
    const form = new FormData();
    form.append('file', new Blob([png]), 'form.png');
    const answer = await darkroom.http('/images', {
      ...{ method: 'POST', body: form },
      headers: { 'if-none-match': '*' },
    });
    expect(await problemOf(answer)).toMatchObject({ status: 400, detail: expect.stringContaining('PUT') });
    expect(await outputKeys(darkroom.s3, 'form', INPUT)).toEqual([]);
  });

  it.each([
    [{ 'content-range': 'bytes 0-9/100' }, 400, 'whole bodies'],
    [{ 'content-encoding': 'gzip' }, 415, 'Content-Encoding gzip'],
  ])('with %j is refused', async (headers, status, told) => {
    const answer = await upload('part.png', headers);
    expect(await problemOf(answer)).toMatchObject({ status, detail: expect.stringContaining(told) });
    expect(await outputKeys(darkroom.s3, 'part', INPUT)).toEqual([]);
  });
});

describe('a deletion', () => {
  it('that takes another picture for granted deletes nothing', async () => {
    const etag = etagOf(await upload('kept.png'));
    for (const condition of [{ 'if-match': '"not-this"' }, { 'if-none-match': '*' }, EARLY]) {
      const told = await problemOf(await remove('kept.png', condition));
      expect(told).toMatchObject({ status: 412, code: 'PRECONDITION_FAILED' });
    }
    expect((await remove('kept.png', { 'if-match': etag })).status).toBe(200);
    expect((await remove('kept.png', { 'if-match': etag })).status).toBe(404);
  });
});

describe('deleting many', () => {
  it('takes no conditions, which are about one picture', async () => {
    await upload('many/one.png');
    const init = { method: 'DELETE', headers: { 'if-match': '*' } };
    const told = await problemOf(await darkroom.http('/images?prefix=many/&confirm=all', init));
    expect(told).toMatchObject({ status: 400, detail: expect.stringContaining('DELETE /images/{name}') });
    expect((await factsOf('many/one.png')).status).toBe(200);
  });
});

describe('what is kept with an image', () => {
  it('is replaced only by who knows it, where they say so', async () => {
    await upload('facts.png');
    expect((await keep('facts.png', { a: 1 }, { 'if-match': '*' })).status).toBe(412);
    const first = await keep('facts.png', { a: 1 }, { 'if-none-match': '*' });
    expect([first.status, etagOf(first)]).toEqual([200, etagOf(await factsOf('facts.png'))]);
    expect((await keep('facts.png', { a: 2 }, { 'if-none-match': '*' })).status).toBe(412);
    expect((await keep('facts.png', { a: 2 }, { 'if-match': etagOf(first) })).status).toBe(200);
    expect((await keep('facts.png', { a: 3 }, { 'if-match': etagOf(first) })).status).toBe(412);
    expect(await (await factsOf('facts.png')).json()).toMatchObject({ user: { a: 2 } });

    const seen = { 'if-match': etagOf(await factsOf('facts.png')) };
    const racers = await Promise.all([4, 5, 6, 7].map((a) => keep('facts.png', { a }, seen)));
    expect(racers.map(({ status }) => status).toSorted()).toEqual([200, 412, 412, 412]);
  });

  it('is not lost to a body that is empty, or that could not be kept as it is', async () => {
    await upload('safe.png');
    await keep('safe.png', { a: 1 });
    for (const body of ['', '{"n":12345678901234567890}', '{"__proto__":1}']) {
      const init = { method: 'PUT', body, headers: JSON_TYPE };
      const answer = await darkroom.http('/images/safe.png?meta=true', init);
      expect(await problemOf(answer)).toMatchObject({ status: 400, code: 'BAD_REQUEST' });
    }
    expect(await (await factsOf('safe.png')).json()).toMatchObject({ user: { a: 1 } });
  });
});

describe('a picture that no answer can carry', () => {
  it('has one ETag, whoever answers, and the length of its last answer', async () => {
    await put(darkroom.s3, 'large.jpg', photo());
    const ask = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
      darkroom.http(path, { method, headers, redirect: 'manual' });
    for (const path of ['/images/large.png', '/images/large.png']) {
      const head = await ask(path, {}, 'HEAD');
      const redirect = await ask(path);
      expect([head.status, redirect.status]).toEqual([200, 307]);
      const bucket = await fetch(redirect.headers.get('location') ?? '');
      for (const name of ['etag', 'last-modified', 'content-length', 'content-type'])
        expect(head.headers.get(name), name).toBe(bucket.headers.get(name));
      await bucket.body?.cancel();
      const etag = etagOf(head);
      const part = await ask(path, { range: 'bytes=0-9', 'if-match': etag });
      expect([part.status, etagOf(part)]).toEqual([206, etag]);
      const rest = { range: 'bytes=10-' };
      expect((await ask(path, { ...rest, 'if-range': etag })).status).toBe(307);
      expect((await ask(path, { ...rest, 'if-range': '"old"' })).status).toBe(412);
    }
  });
});
