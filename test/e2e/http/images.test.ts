import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { animation, cameraPhoto, detail, detailWithAlpha, photo } from '../../support/pictures.ts';
import {
  ended,
  events,
  get,
  outputKeys,
  put,
  startDarkroom,
  type TestDarkroom,
  until,
} from '../../support/runtime.ts';

let darkroom: TestDarkroom;

beforeAll(async () => {
  darkroom = await startDarkroom();
  await put(darkroom.s3, 'shot.jpg', await cameraPhoto(6, 600, 400));
  await ended(darkroom.http, 'shot.jpg');
});

afterAll(() => darkroom.close());

const ask = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  darkroom.http(path, { method, headers, redirect: 'manual' });
const bytesOf = async (answer: Response) => Buffer.from(await answer.arrayBuffer());
const headerOf = async (answer: Response) => sharp(await bytesOf(answer)).metadata();
const rendered = async (image: string) =>
  (await events(darkroom.http, { image })).filter(({ event }) => event === 'writing');

describe('an image', () => {
  it.each([
    ['/images/shot.jpg', 'jpeg', 400, 600],
    ['/images/shot', 'jpeg', 400, 600],
    ['/images/shot.WebP?xsize=100', 'webp', 100, 150],
    ['/images/shot.jpg?kind=TIFF&ysize=60', 'tiff', 40, 60],
    ['/images/shot?kind=gif&thumbnail=1', 'gif', 33, 50],
    ['/images/shot?xsize=100&ysize=100&fit=cover&rotate=90', 'jpeg', 100, 100],
    ['/images/shot?crop=0,0,50,20&flip=TRUE', 'jpeg', 50, 20],
    ['/images/-?key=shot.jpg&xsize=10', 'jpeg', 10, 15],
  ])('%s is a %s of %d × %d without metadata', async (path, format, width, height) => {
    const answer = await ask(path);
    expect(answer.status).toBe(200);
    const header = await headerOf(answer);
    expect(header).toMatchObject({ format, width, height });
    expect(header.exif).toBeUndefined();
  });

  it('that is what the pipeline made is that very output, and opens no build', async () => {
    await put(darkroom.s3, 'eager.jpg', await cameraPhoto(1, 300, 200));
    await ended(darkroom.http, 'eager.jpg');
    const answer = await ask('/images/eager?thumbnail=true');
    expect(await bytesOf(answer)).toEqual(await get(darkroom.s3, 'derived/eager.jpg/thumbnail.jpg'));
    expect(await rendered('eager.jpg')).toHaveLength(1);
  });

  it('asked for again, in other words, is read and not made', async () => {
    const first = await bytesOf(await ask('/images/shot?xsize=77&quality=70'));
    const again = await bytesOf(await ask('/images/shot.jpg?quality=70&dpr=1&fit=inside&xsize=77&kind=JPEG'));
    expect(again).toEqual(first);
    const made = (await rendered('shot.jpg')).filter(({ outputs }) => outputs[0]?.key.includes('xsize-77'));
    expect(made).toHaveLength(1);
    expect(made[0]?.outputs[0]?.key).toMatch(/^derived\/shot\.jpg\/~[0-9a-f]{16}\/xsize-77_quality-70\.jpg$/);
  });

  it('asked for 16 times at once is rendered once, by who the log names', async () => {
    const answers = await Promise.all(Array.from({ length: 16 }, () => ask('/images/shot.webp?xsize=123')));
    const bodies = await Promise.all(answers.map(bytesOf));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 16 }, () => 200));
    expect(new Set(bodies.map((body) => body.toString('base64'))).size).toBe(1);
    const log = await events(darkroom.http, { image: 'shot.jpg' });
    const writing = log.filter((it) => it.event === 'writing' && it.outputs[0]?.key.includes('xsize-123'));
    expect(writing).toHaveLength(1);
    expect(log.find((it) => it.build === writing[0]?.build)).toMatchObject({
      event: 'requested',
      owner: 'tester',
    });
  });

  it('of a new version is new at once, and what was kept of the old one goes', async () => {
    const paint = (background: string) =>
      sharp({ create: { width: 90, height: 60, channels: 3, background } })
        .png()
        .toBuffer();
    const older = await put(darkroom.s3, 'changing.png', await paint('red'));
    const before = await ask('/images/changing.webp');
    await ended(darkroom.http, 'changing.png');
    const newer = await put(darkroom.s3, 'changing.png', await paint('blue'));
    const after = await ask('/images/changing.webp', { 'if-none-match': before.headers.get('etag') ?? '' });
    expect(after.status).toBe(200);
    const colour = async (answer: Response) => (await sharp(await bytesOf(answer)).stats()).dominant;
    expect(await colour(after)).toMatchObject({ r: 8, b: 248 });
    expect(await colour(await ask(`/images/changing.webp?version=${older}`))).toMatchObject({ r: 248, b: 8 });
    expect(await colour(await ask(`/images/changing.png?version=${newer}`))).toMatchObject({ r: 8, b: 248 });
    const folders = await until(async () => {
      const keys = await outputKeys(darkroom.s3, 'derived/changing.png/~');
      const found = new Set(keys.map((key) => key.split('/')[2]));
      return found.size === 1 ? found : undefined;
    });
    expect(folders.size).toBe(1);
  });

  it('that was deleted is gone, and all that was derived of it', async () => {
    await put(darkroom.s3, 'gone.jpg', await cameraPhoto(1, 90, 60));
    await ask('/images/gone?xsize=20');
    await ended(darkroom.http, 'gone.jpg');
    await darkroom.s3.send(
      new (await import('@aws-sdk/client-s3')).DeleteObjectCommand({
        Bucket: 'darkroom-input',
        Key: 'gone.jpg',
      }),
    );
    expect((await ask('/images/gone?xsize=20')).status).toBe(404);
    await until(async () =>
      (await outputKeys(darkroom.s3, 'derived/gone.jpg/')).length === 0 ? true : undefined,
    );
  });

  it('that no answer can carry is a redirect to where it is kept', async () => {
    await put(darkroom.s3, 'large.jpg', photo());
    const answer = await ask('/images/large.png');
    expect(answer.status).toBe(307);
    const picture = await fetch(answer.headers.get('location') ?? '');
    expect(await headerOf(picture)).toMatchObject({ format: 'png', width: 5312 });
    const part = await ask('/images/large.png', { range: 'bytes=0-7' });
    expect([part.status, (await bytesOf(part)).toString('latin1', 1, 4)]).toEqual([206, 'PNG']);
  });
});

describe('kind=auto', () => {
  const auto = async (accept: string, image = 'shot') =>
    ask(`/images/${image}?kind=auto&xsize=60`, { accept });

  it.each([
    ['*/*', 'image/avif'],
    ['image/webp,image/*;q=0.8', 'image/webp'],
    ['image/webp;q=0.5,image/avif;q=0.9', 'image/avif'],
    ['image/avif;q=0,image/webp;q=0,*/*', 'image/jpeg'],
    ['image/png', 'image/png'],
    ['text/html,image/tiff;q=0.1', 'image/tiff'],
  ])('with Accept: %s is %s, and varies', async (accept, type) => {
    const answer = await auto(accept);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, type]);
    expect(answer.headers.get('vary')).toBe('Accept');
  });

  it('that fits nothing is a 406 that lists the kinds', async () => {
    const answer = await auto('text/html');
    expect(await answer.json()).toMatchObject({
      status: 406,
      detail: expect.stringContaining('webp (image/webp)'),
    });
    expect(answer.headers.get('vary')).toBe('Accept');
  });

  it('keeps an animation one, and takes the next kind where one cannot hold the picture', async () => {
    await put(
      darkroom.s3,
      'moving.gif',
      await animation()
        .gif({ delay: [90, 90, 90, 90] })
        .toBuffer(),
    );
    const moving = await ask('/images/moving?kind=auto', { accept: '*/*' });
    expect(await headerOf(moving)).toMatchObject({ format: 'webp', pages: 3 });
    await put(darkroom.s3, 'broad.jpg', photo());
    const broad = await ask('/images/broad?kind=auto&xsize=4000', { accept: '*/*' });
    expect(broad.headers.get('content-type')).toBe('image/webp');
  });
});

describe('a condition', () => {
  const PATH = '/images/shot.jpg?xsize=55';

  it('that holds spares the body, and tells what a 200 would', async () => {
    const whole = await ask(PATH);
    const told = (answer: Response) =>
      ['etag', 'last-modified', 'cache-control', 'vary'].map((name) => answer.headers.get(name));
    const etag = whole.headers.get('etag') ?? '';
    for (const condition of [`"x", W/${etag}`, '*', etag]) {
      const answer = await ask(PATH, { 'if-none-match': condition });
      expect([answer.status, ...told(answer)]).toEqual([304, ...told(whole)]);
    }
    const since = { 'if-modified-since': whole.headers.get('last-modified') ?? '' };
    expect((await ask(PATH, since)).status).toBe(304);
    expect((await ask(PATH, { ...since, 'if-none-match': '"x"' })).status).toBe(200);
    expect((await ask(PATH, { 'if-match': etag })).status).toBe(200);
  });

  it('that fails is a 412, a range beyond the end a 416', async () => {
    expect(await (await ask(PATH, { 'if-match': '"x"' })).json()).toMatchObject({
      code: 'PRECONDITION_FAILED',
    });
    const early = { 'if-unmodified-since': 'Thu, 01 Jan 1970 00:00:00 GMT' };
    expect((await ask(PATH, early)).status).toBe(412);
    const beyond = await ask(PATH, { range: 'bytes=999999-' });
    expect(await beyond.json()).toMatchObject({ status: 416, code: 'RANGE_NOT_SATISFIABLE' });
    expect(beyond.headers.get('content-range')).toMatch(/^bytes \*\/\d+$/);
  });

  it('on a range gives a part of what the client has, else all', async () => {
    const whole = await ask(PATH);
    const bytes = await bytesOf(whole);
    const etag = whole.headers.get('etag') ?? '';
    const part = await ask(PATH, { range: 'bytes=-100', 'if-range': etag });
    expect([part.status, part.headers.get('etag')]).toEqual([206, etag]);
    expect(await bytesOf(part)).toEqual(bytes.subarray(-100));
    expect((await ask(PATH, { range: 'bytes=0-3', 'if-range': '"x"' })).status).toBe(200);
  });

  it('is kept by downloads as well', async () => {
    const path = '/images/download/derived/shot.jpg/preview.jpg';
    const whole = await ask(path);
    const etag = whole.headers.get('etag') ?? '';
    expect(whole.headers.get('content-disposition')).toContain('filename="preview.jpg"');
    expect((await ask(path, { 'if-none-match': `"x", ${etag}` })).status).toBe(304);
    expect((await ask(path, { 'if-match': '"x"' })).status).toBe(412);
    expect((await ask(path, { range: 'bytes=99999999-' })).status).toBe(416);
    expect(await bytesOf(await ask(path, { range: 'bytes=0-7' }))).toEqual(
      (await bytesOf(whole)).subarray(0, 8),
    );
  });
});

describe('HEAD', () => {
  it.each(['/images/shot.jpg?xsize=44', '/images/shot.avif?xsize=44'])(
    '%s tells what GET would, before and after it was made',
    async (path) => {
      const heads = [await ask(path, {}, 'HEAD'), await ask(path, {}, 'HEAD')];
      const whole = await ask(path);
      const length = String((await bytesOf(whole)).length);
      for (const head of heads) {
        expect([head.status, head.headers.get('content-length')]).toEqual([200, length]);
        expect(head.headers.get('etag')).toBe(whole.headers.get('etag'));
      }
    },
  );
});

describe('a refusal', () => {
  it.each([
    ['/images/none.jpg', 404, 'NOT_FOUND', 'none.jpg'],
    ['/images/shot?version=none', 404, 'NOT_FOUND', 'none'],
    ['/images/shot?kind=bmp', 400, 'BAD_PARAMETER', 'webp'],
    ['/images/shot?xsize=20000', 400, 'BAD_PARAMETER', '8192'],
    ['/images/shot?xsize=0', 400, 'BAD_PARAMETER', 'xsize'],
    ['/images/shot?xsize=-5', 400, 'BAD_PARAMETER', 'xsize'],
    ['/images/shot?xsize=abc', 400, 'BAD_PARAMETER', 'xsize'],
    ['/images/shot?xsize=1e9', 400, 'BAD_PARAMETER', 'xsize'],
    ['/images/shot?colour=red', 400, 'BAD_PARAMETER', 'colour'],
    ['/images/shot?page=7', 400, 'BAD_PARAMETER', 'page=7'],
    ['/images/shot?crop=9999,0,1,1', 400, 'BAD_PARAMETER', '400 × 600'],
    ['/images/shot?kind=avif&xsize=8192&ysize=8192&fit=contain', 422, 'RESULT_TOO_LARGE', 'xsize=2000'],
    ['/images/-', 400, 'BAD_PARAMETER', 'key'],
    ['/images/shot?expires=1&kid=x&signature=y', 401, 'UNAUTHENTICATED', 'url=true'],
  ])('of %s is %d %s and says %s', async (path, status, code, said) => {
    const answer = await ask(path);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(await answer.json()).toMatchObject({ status, code, detail: expect.stringContaining(said) });
  });

  it('of a stem that fits several names them', async () => {
    await put(darkroom.s3, 'twin.png', await (await detail()).png().toBuffer());
    await put(darkroom.s3, 'twin.jpg', await (await detail()).jpeg().toBuffer());
    expect(await (await ask('/images/twin')).json()).toMatchObject({
      status: 409,
      detail: expect.stringMatching(/twin\.jpg.*twin\.png/),
    });
  });

  it.each([
    ['noise.jpg', 'no picture at all', 415, 'UNSUPPORTED_IMAGE'],
    ['empty.jpg', '', 422, 'EMPTY_OBJECT'],
    ['folder/', '', 422, 'EMPTY_OBJECT'],
  ])('of %s is told again without a second try', async (key, content, status, code) => {
    await put(darkroom.s3, key, Buffer.from(content));
    const path = `/images/-?key=${encodeURIComponent(key)}`;
    for (const _again of [1, 2])
      expect(await (await ask(`${path}&xsize=9`)).json()).toMatchObject({ status, code });
    const asked = (await events(darkroom.http, { image: key })).filter(({ event }) => event === 'requested');
    expect(asked).toHaveLength(1);
    expect(await (await ask(`${path}&meta=true`)).json()).toMatchObject({ status, code });
  });
});

describe('what is known of an image', () => {
  it('is its original as JSON, its place for an admin who asks', async () => {
    const facts = (await (await ask('/images/shot?meta=true')).json()) as { exif: object };
    expect(facts).toMatchObject({
      ...{
        name: 'shot.jpg',
        format: 'jpg',
        width: 600,
        height: 400,
        orientation: 6,
        pages: 1,
        hasAlpha: false,
      },
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      ...{ size: expect.any(Number), user: {}, exif: { Make: 'Acme' } },
    });
    expect(JSON.stringify(facts.exif)).not.toContain('GPS');
    const placed = (await (await ask('/images/shot?meta=true&gps=true')).json()) as { exif: object };
    expect(placed.exif).toMatchObject({ GPSLatitude: [60, 10, 0] });
  });

  it('tells a reader everything but its place', async () => {
    const role = JSON.stringify({ role: 'reader' });
    const made = await darkroom.http('/tokens', {
      ...{ method: 'POST', body: role },
      headers: { 'content-type': 'application/json' },
    });
    const { token } = (await made.json()) as { token: string };
    const reader = { authorization: `Bearer ${token}` };
    expect((await ask('/images/shot?meta=true', reader)).status).toBe(200);
    const refused = await ask('/images/shot?meta=true&gps=true', reader);
    expect(await refused.json()).toMatchObject({
      ...{ status: 403, code: 'FORBIDDEN' },
      detail: 'tester has the role reader, and gps=true takes the role admin',
    });
  });

  it('needs no pipeline to have run', async () => {
    await put(darkroom.s3, 'early.png', await (await detailWithAlpha()).png().toBuffer());
    expect(await (await ask('/images/early?meta=true')).json()).toMatchObject({
      format: 'png',
      hasAlpha: true,
    });
  });
});

describe('a signed URL', () => {
  it.each(['/images/shot.webp?xsize=99&crop=1,2,300,200', '/images/-?key=a//b%3Fc%252F.jpg&xsize=40'])(
    'for %s needs no credentials and may be cached until it ends',
    async (path) => {
      await put(darkroom.s3, 'a//b?c%2F.jpg', await cameraPhoto(1, 90, 60));
      const answer = await ask(`${path}&url=true&expires_in=600`);
      const { url, expires } = (await answer.json()) as { url: string; expires: string };
      expect(Math.round((Date.parse(expires) - Date.now()) / 60_000)).toBe(10);
      const picture = await fetch(url);
      expect(picture.status).toBe(200);
      expect(picture.headers.get('cache-control')).toMatch(/^public, max-age=(59\d|600)$/);
      expect(await bytesOf(picture)).toEqual(await bytesOf(await ask(path)));
      expect((await fetch(url.replace('xsize=', 'ysize='))).status).toBe(401);
      expect((await fetch(`${url}&meta=true`)).status).toBe(401);
    },
  );

  it('is given for no image that is not there', async () => {
    expect((await ask('/images/none?url=true')).status).toBe(404);
  });
});
