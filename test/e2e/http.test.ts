import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cameraPhoto, detail, photo } from '../support/pictures.ts';
import { ended, startDarkroom, type TestDarkroom, until } from '../support/runtime.ts';

let darkroom: TestDarkroom;

beforeAll(async () => {
  darkroom = await startDarkroom();
});

afterAll(() => darkroom.close());

const png = async () => (await detail()).png().toBuffer();
const upload = async (
  path: string,
  body: string | Uint8Array<ArrayBuffer> | Buffer,
  headers: Record<string, string> = { 'content-type': 'image/png' },
) => darkroom.http(path, { method: 'PUT', body, headers });

function formOf(name: string, bytes: Buffer): FormData {
  const form = new FormData();
  form.set('file', new Blob([new Uint8Array(bytes)], { type: 'image/png' }), name);
  return form;
}

describe('an upload', () => {
  it('answers 202 with its build, and the image can be read at once', async () => {
    const answer = await upload('/images/trip/cat.png', await png());
    expect(answer.status).toBe(202);
    const body = (await answer.json()) as { id: string; links: { build: string } };
    expect(body).toMatchObject({ name: 'trip/cat.png', status: 'PENDING' });
    expect(answer.headers.get('location')).toBe(body.links.build);
    const image = await darkroom.http('/images/trip/cat.png');
    expect(image.status).toBe(200);
    const { build } = body.links;
    const status = async () => ((await (await darkroom.http(build)).json()) as { status: string }).status;
    expect(await until(async () => ((await status()) === 'FINISHED' ? 'FINISHED' : undefined))).toBe(
      'FINISHED',
    );
    expect(await (await darkroom.http(body.links.build)).json()).toMatchObject({
      filename: 'trip/negated_cat.png',
    });
  });

  it('as a form into a folder takes the name of the file', async () => {
    const answer = await darkroom.http('/images/form/', {
      method: 'POST',
      body: formOf('dog.png', await png()),
    });
    expect(await answer.json()).toMatchObject({ name: 'form/dog.png' });
  });

  it('without an extension takes the one of its content, unless the stem is there under another', async () => {
    expect(await (await upload('/images/stem', await png())).json()).toMatchObject({ name: 'stem.png' });
    const jpeg = await (await detail()).jpeg().toBuffer();
    const conflict = await upload('/images/stem', jpeg, { 'content-type': 'image/jpeg' });
    expect(conflict.status).toBe(409);
    expect(await conflict.json()).toMatchObject({
      code: 'CONFLICT',
      detail: expect.stringContaining('stem.png'),
    });
  });

  it('under a key that a path cannot carry is named by the query', async () => {
    const key = 'a//b?c%2F.png';
    const answer = await upload(`/images/-?key=${encodeURIComponent(key)}`, await png());
    expect(await answer.json()).toMatchObject({ name: key });
    expect((await darkroom.http(`/images/-?key=${encodeURIComponent(key)}`)).status).toBe(200);
  });

  it.each([
    ['no picture', '/images/a.jpg', 'hello', 'image/jpeg', 415, 'UNSUPPORTED_IMAGE'],
    ['nothing', '/images/a.jpg', '', 'image/jpeg', 422, 'EMPTY_OBJECT'],
    ['another type', '/images/a.jpg', 'hello', 'text/plain', 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['too much', '/images/a.jpg', 'x'.repeat(4_000_001), 'image/jpeg', 413, 'BODY_TOO_LARGE'],
    ['a name of the API', '/images/download/a.jpg', 'x', 'image/jpeg', 400, 'BAD_REQUEST'],
    ['a name that is not UTF-8', '/images/-?key=%ff.jpg', 'x', 'image/jpeg', 400, 'BAD_REQUEST'],
    ['two names', '/images/-?key=a.jpg&key=b.jpg', 'x', 'image/jpeg', 400, 'BAD_PARAMETER'],
    ['a modifier', '/images/a.jpg?xsize=10', 'x', 'image/jpeg', 400, 'BAD_PARAMETER'],
  ])('of %s is refused and stores nothing', async (_what, path, body, type, status, code) => {
    const answer = await upload(path, body, { 'content-type': type });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(await answer.json()).toMatchObject({ status, code });
    expect((await darkroom.http('/images/a.jpg')).status).toBe(404);
  });
});

describe('an image', () => {
  it.each([
    ['/images/shot.jpg', 'jpeg'],
    ['/images/shot.webp', 'webp'],
    ['/images/shot', 'jpeg'],
    ['/images/shot?kind=png', 'png'],
    ['/images/shot.jpg?kind=avif', 'heif'],
    ['/images/shot.tif', 'tiff'],
    ['/images/shot?kind=gif', 'gif'],
  ])('asked for as %s comes as %s, upright, at its size and without metadata', async (path, format) => {
    await upload('/images/shot.jpg', new Uint8Array(await cameraPhoto(6, 60, 40)), {
      'content-type': 'image/jpeg',
    });
    const answer = await darkroom.http(path);
    expect(answer.status).toBe(200);
    const header = await sharp(await answer.arrayBuffer()).metadata();
    expect(header).toMatchObject({ format, width: 40, height: 60 });
    expect(header.exif).toBeUndefined();
  });

  it('that has not changed is a 304, and a part of it a 206', async () => {
    await upload('/images/part.png', await png());
    const whole = await darkroom.http('/images/part.png');
    const bytes = Buffer.from(await whole.arrayBuffer());
    const etag = whole.headers.get('etag') ?? '';
    expect((await darkroom.http('/images/part.png', { headers: { 'if-none-match': etag } })).status).toBe(
      304,
    );
    const part = await darkroom.http('/images/part.png', { headers: { range: 'bytes=-100' } });
    expect(part.status).toBe(206);
    expect(Buffer.from(await part.arrayBuffer())).toEqual(bytes.subarray(-100));
    const stale = await darkroom.http('/images/part.png', {
      headers: { range: 'bytes=0-3', 'if-range': '"other"' },
    });
    expect(stale.status).toBe(200);
    const head = await darkroom.http('/images/part.png', { method: 'HEAD' });
    expect(head.headers.get('content-length')).toBe(String(bytes.length));
  });

  it('that no answer can carry is a redirect to the bucket', async () => {
    await upload('/images/large.jpg', new Uint8Array(photo()), { 'content-type': 'image/jpeg' });
    const answer = await darkroom.http('/images/large.png', { redirect: 'manual' });
    expect(answer.status).toBe(307);
    const picture = await fetch(answer.headers.get('location') ?? '');
    expect(await sharp(await picture.arrayBuffer()).metadata()).toMatchObject({ format: 'png', width: 5312 });
  });

  it.each([
    ['/images/none.jpg', 404, 'NOT_FOUND'],
    ['/images/shot.jpg?kind=bmp', 400, 'BAD_PARAMETER'],
    ['/images/shot.jpg?colour=red', 400, 'BAD_PARAMETER'],
    ['/images/-', 400, 'BAD_PARAMETER'],
    [`/images/${'x'.repeat(1_100)}`, 404, 'NOT_FOUND'],
    [`/images/download/${'x'.repeat(1_100)}`, 404, 'NOT_FOUND'],
  ])('asked for as %s is refused with %d %s', async (path, status, code) => {
    const answer = await darkroom.http(path);
    expect(await answer.json()).toMatchObject({ status, code, instance: expect.any(String) });
  });

  it('by a stem that fits several is a 409 that names them', async () => {
    await upload('/images/twin.png', await png());
    await upload('/images/twin.jpg', await (await detail()).jpeg().toBuffer(), {
      'content-type': 'image/jpeg',
    });
    const answer = await darkroom.http('/images/twin');
    expect(answer.status).toBe(409);
    expect(((await answer.json()) as { detail: string }).detail).toMatch(/twin\.jpg.*twin\.png/);
  });
});

describe('a download', () => {
  it('is the output as a file, whole or in part', async () => {
    await upload('/images/d/file name.png', await png());
    await ended(darkroom.http, 'd/file name.png');
    const answer = await darkroom.http('/images/download/d/negated_file%20name.png');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-disposition')).toContain('filename="negated_file name.png"');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    const bytes = Buffer.from(await answer.arrayBuffer());
    const part = await darkroom.http('/images/download/d/negated_file%20name.png', {
      headers: { range: 'bytes=0-7' },
    });
    expect(Buffer.from(await part.arrayBuffer())).toEqual(bytes.subarray(0, 8));
    expect((await darkroom.http('/images/download/none')).status).toBe(404);
  });
});

describe('the log', () => {
  it('is told as JSON, CSV and NDJSON, page by page', async () => {
    await upload('/images/log.png', await png());
    await ended(darkroom.http, 'log.png');
    const json = (await (await darkroom.http('/events?image=log&limit=2')).json()) as {
      events: unknown[];
      next: string;
    };
    expect(json.events).toHaveLength(2);
    const rest = (await (await darkroom.http(`/events?image=log&cursor=${json.next}`)).json()) as {
      events: unknown[];
      next: null;
    };
    expect(rest.events).toHaveLength(3);
    expect(rest.next).toBeNull();
    const csv = await (await darkroom.http('/events?image=log', { headers: { accept: 'text/csv' } })).text();
    expect(csv.split('\r\n')).toHaveLength(7);
    const lines = await (
      await darkroom.http('/events?status=FINISHED', { headers: { accept: 'application/x-ndjson' } })
    ).text();
    expect(
      lines
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).status),
    ).toContain('FINISHED');
  });

  it('refuses a cursor of another query, and a wrong parameter by name', async () => {
    const other = Buffer.from('{"after":{"pk":"x"}}').toString('base64url');
    expect((await darkroom.http(`/events?cursor=${other}&image=log`)).status).toBe(400);
    expect(await (await darkroom.http('/events?limit=0')).json()).toMatchObject({ code: 'BAD_PARAMETER' });
  });
});

describe('credentials', () => {
  it('are needed everywhere but for the health', async () => {
    expect((await fetch(`${darkroom.runtime.apiUrl}/health`)).status).toBe(200);
    for (const path of ['/events', '/build/x', '/images/a.jpg', '/images/download/a']) {
      const answer = await fetch(darkroom.runtime.apiUrl + path);
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toContain('Basic');
    }
    expect(
      (await darkroom.http('/events', { headers: { authorization: `Basic ${btoa('tester:wrong')}` } }))
        .status,
    ).toBe(401);
  });

  it('do not help with what is not there', async () => {
    expect((await darkroom.http('/nowhere')).status).toBe(404);
    const wrong = await darkroom.http('/events', { method: 'DELETE' });
    expect(wrong.status).toBe(405);
    expect(wrong.headers.get('allow')).toBe('GET, HEAD');
    expect((await darkroom.http(`/build/${'0'.repeat(32)}`)).status).toBe(404);
  });
});
