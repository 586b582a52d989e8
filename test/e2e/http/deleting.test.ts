import { DeleteObjectCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { detail } from '../../support/pictures.ts';
import {
  ended,
  events,
  INPUT,
  outputKeys,
  put,
  startDarkroom,
  type TestDarkroom,
  until,
} from '../../support/runtime.ts';

let darkroom: TestDarkroom;
let png: Buffer;
let writer: string;

beforeAll(async () => {
  darkroom = await startDarkroom();
  png = await (await detail()).png().toBuffer();
  const made = await darkroom.http('/tokens', {
    method: 'POST',
    body: JSON.stringify({ role: 'writer' }),
    headers: { 'content-type': 'application/json' },
  });
  writer = `Bearer ${((await made.json()) as { token: string }).token}`;
});

afterAll(() => darkroom.close());

const remove = (path: string, headers: Record<string, string> = {}) =>
  darkroom.http(path, { method: 'DELETE', headers });

async function upload(key: string): Promise<void> {
  await put(darkroom.s3, key, png);
  await ended(darkroom.http, key);
}

const negatedKey = (key: string) => key.replace(/[^/]*$/, 'negated_$&');
const outputs = async (key: string) => [
  ...(await outputKeys(darkroom.s3, `derived/${key}/`)),
  ...(await outputKeys(darkroom.s3, negatedKey(key))).filter((found) => found === negatedKey(key)),
];

async function versions(prefix: string) {
  const list = new ListObjectVersionsCommand({ Bucket: INPUT, Prefix: prefix });
  const { Versions = [], DeleteMarkers = [] } = await darkroom.s3.send(list);
  return { versions: Versions.length, markers: DeleteMarkers.length };
}

describe('deleting an image', () => {
  it('takes its outputs with it, leaves its versions, and tells in the log who did it', async () => {
    await upload('del/cat.png');
    expect(await outputs('del/cat.png')).toHaveLength(3);
    const answer = await remove('/images/del/cat.png', { authorization: writer });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ status: 'del/cat.png deleted' });
    expect((await darkroom.http('/images/del/cat.png')).status).toBe(404);
    await until(async () => ((await outputs('del/cat.png')).length === 0 ? true : undefined));
    expect(await ended(darkroom.http, 'del/cat.png')).toMatchObject({ code: 'DELETED' });
    const removed = (await events(darkroom.http, { image: 'del/cat.png' })).filter(
      ({ event }) => event === 'removed',
    );
    expect(removed).toEqual([expect.objectContaining({ owner: 'tester' })]);
    expect(await versions('del/cat')).toEqual({ versions: 1, markers: 1 });
  });

  it('by its stem names the image; a stem of several is a 409, one of none a 404', async () => {
    await put(darkroom.s3, 'stem/a.png', png);
    expect(await (await remove('/images/stem/a')).json()).toEqual({ status: 'stem/a.png deleted' });
    await put(darkroom.s3, 'stem/b.png', png);
    await put(darkroom.s3, 'stem/b.jpg', png);
    const conflict = await remove('/images/stem/b');
    expect(conflict.status).toBe(409);
    expect(await conflict.text()).toMatch(/b\.jpg.*b\.png/);
    expect((await remove('/images/stem/a.png')).status).toBe(404);
    expect((await remove('/images/stem/none')).status).toBe(404);
  });

  it('purged leaves no version, and takes an admin', async () => {
    await upload('purge/cat.png');
    await upload('purge/cat.png');
    await put(darkroom.s3, 'purge/cat.png-2.png', png);
    expect((await remove('/images/purge/cat.png?purge=true', { authorization: writer })).status).toBe(403);
    expect(await versions('purge/cat.png')).toEqual({ versions: 3, markers: 0 });
    expect((await remove('/images/purge/cat.png?purge=true')).status).toBe(200);
    expect(await versions('purge/cat.png')).toEqual({ versions: 1, markers: 0 });
    await until(async () => ((await outputs('purge/cat.png')).length === 0 ? true : undefined));
    expect((await remove('/images/purge/cat.png?purge=true')).status).toBe(404);
  });

  it('purges what was deleted before', async () => {
    await put(darkroom.s3, 'purge/late.png', png);
    await remove('/images/purge/late.png');
    expect(await versions('purge/late.png')).toEqual({ versions: 1, markers: 1 });
    expect((await remove('/images/purge/late.png?purge=true')).status).toBe(200);
    expect(await versions('purge/late.png')).toEqual({ versions: 0, markers: 0 });
  });

  it('forgets what was kept with it; a new version keeps it', async () => {
    const facts = (init?: RequestInit) => darkroom.http('/images/facts.png?meta=true', init);
    const keep = (body: string, type = 'application/json') =>
      facts({ method: 'PUT', body, headers: { 'content-type': type } });
    expect((await keep('{}')).status).toBe(404);
    await upload('facts.png');
    expect(await (await keep('{"title":"Ü","n":[1,null]}')).json()).toEqual({ title: 'Ü', n: [1, null] });
    await upload('facts.png');
    expect((await keep('[1]')).status).toBe(400);
    expect((await keep('{}', 'text/plain')).status).toBe(415);
    expect((await keep(JSON.stringify({ long: 'x'.repeat(65_536) }))).status).toBe(413);
    const kept = async () => ((await (await facts()).json()) as { user: object }).user;
    expect(await kept()).toEqual({ title: 'Ü', n: [1, null] });
    expect((await remove('/images/facts')).status).toBe(200);
    expect((await keep('{}')).status).toBe(404);
    await upload('facts.png');
    expect(await kept()).toEqual({});
  });

  it('by an S3 client forgets what was kept as well', async () => {
    const meta = '/images/client.png?meta=true';
    const headers = { 'content-type': 'application/json' };
    await upload('client.png');
    await darkroom.http(meta, { method: 'PUT', body: '{"a":1}', headers });
    await darkroom.s3.send(new DeleteObjectCommand({ Bucket: INPUT, Key: 'client.png' }));
    await until(async () => ((await outputs('client.png')).length === 0 ? true : undefined));
    expect(await ended(darkroom.http, 'client.png')).toMatchObject({ code: 'DELETED' });
    await upload('client.png');
    expect(await (await darkroom.http(meta)).json()).toMatchObject({ user: {} });
  });
});

describe('deleting many', () => {
  it('has to be confirmed, and takes an admin', async () => {
    const answer = await remove('/images?prefix=many/');
    expect(answer.status).toBe(400);
    expect(((await answer.json()) as { detail: string }).detail).toContain('confirm=all');
    expect((await remove('/images?prefix=many/&confirm=yes')).status).toBe(400);
    expect((await remove('/images?prefix=many/&confirm=all', { authorization: writer })).status).toBe(403);
  });

  it('deletes what lies under the prefix and nothing else', async () => {
    for (const name of ['many/a.png', 'many/b c%2F.png', 'many/d/e.png', 'money.png'])
      await put(darkroom.s3, name, png);
    const answer = await remove('/images?prefix=many/&confirm=all');
    expect(await answer.json()).toEqual({ status: 'Pictures deleted', deleted: 3 });
    expect(await outputKeys(darkroom.s3, 'm', INPUT)).toEqual(['money.png']);
    expect(await (await remove('/images?prefix=many/&confirm=all')).json()).toMatchObject({ deleted: 0 });
    await until(async () =>
      (await outputKeys(darkroom.s3, 'derived/many/')).length === 0 ? true : undefined,
    );
  });
});
