import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { detail } from '../../support/pictures.ts';
import { ended, events, INPUT, outputKeys, startDarkroom, type TestDarkroom } from '../../support/runtime.ts';
import { formOf, send as sendTo, type UploadAnswer } from '../../support/uploads.ts';

let darkroom: TestDarkroom;
let png: Buffer;
let jpeg: Buffer;

beforeAll(async () => {
  darkroom = await startDarkroom();
  png = await (await detail()).png().toBuffer();
  jpeg = await (await detail()).jpeg().toBuffer();
});

afterAll(() => darkroom.close());

const send = (path: string, init: RequestInit) => sendTo(darkroom, path, init);
const inputs = (prefix: string) => outputKeys(darkroom.s3, prefix, INPUT);

describe('a form with many files', () => {
  it('stores each under its own name, and tells the build of each', async () => {
    const { status, body } = await send('/images', {
      body: formOf([
        ['one.png', png],
        ['two', jpeg],
      ]),
    });
    expect(status).toBe(202);
    expect(body.images.map(({ name }) => name)).toEqual(['one.png', 'two.jpg']);
    for (const { id, name, links } of body.images) {
      expect(await ended(darkroom.http, name)).toMatchObject({ status: 'FINISHED', build: id });
      expect(await (await darkroom.http(links.status ?? '')).json()).toMatchObject({ id, owner: 'tester' });
    }
  });

  it('with one that is refused stores none, and tells what is wrong with each', async () => {
    const { status, body } = await send('/images', {
      body: formOf([
        ['good.png', png],
        ['bad.png', 'no picture'],
        ['empty.png', ''],
      ]),
    });
    expect(status).toBe(400);
    expect(body.detail).toMatch(/^2 of 3 files are refused, and none is stored/);
    expect(body.errors.map(({ name, code }) => [name, code])).toEqual([
      ['bad.png', 'UNSUPPORTED_IMAGE'],
      ['empty.png', 'EMPTY_OBJECT'],
    ]);
    expect(await inputs('good')).toEqual([]);
  });

  it('whose files share a fault answers with that fault', async () => {
    const { status, body } = await send('/images', { body: formOf([['bad.png', 'no picture']]) });
    expect(status).toBe(415);
    expect(body).toMatchObject({ code: 'UNSUPPORTED_IMAGE', errors: [{ name: 'bad.png' }] });
  });

  it('has no name twice', async () => {
    const { status, body } = await send('/images', {
      body: formOf([
        ['same.png', png],
        ['same', png],
      ]),
    });
    expect(status).toBe(400);
    expect(body.errors).toEqual([
      expect.objectContaining({ name: 'same.png', detail: expect.stringContaining('2 times') }),
    ]);
    expect(await inputs('same')).toEqual([]);
  });

  it.each([
    ['no files', formOf([]), 400, 'no part "file"'],
    ['files in another part', formOf([['a.png', 'x']], 'picture'), 400, 'files go into "file"'],
    ['too many files', formOf(Array.from({ length: 101 }, (_, i) => [`${i}.png`, 'x'])), 400, '100 files'],
    ['a name that is a way', formOf([['..', 'x']]), 400, 'no name'],
    ['a name with a line end', formOf([['a\r\nb.png', 'x']]), 400, 'control characters'],
    ['a file without a name', formOf([['', 'x']]), 400, 'no name'],
    ['a body that is no form', 'hello', 415, 'multipart/form-data'],
  ])('of %s is refused', async (_what, body, status, words) => {
    const answer = await darkroom.http('/images', { method: 'POST', body });
    expect(answer.status).toBe(status);
    expect(((await answer.json()) as UploadAnswer).detail).toContain(words);
  });

  it.each([
    [
      'is cut short',
      'multipart/form-data; boundary=b',
      '--b\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\nx',
    ],
    ['has no boundary', 'multipart/form-data', 'x'],
    ['is empty', 'multipart/form-data; boundary=b', ''],
  ])('that %s is a 400', async (_what, type, body) => {
    const answer = await darkroom.http('/images', {
      method: 'POST',
      body,
      headers: { 'content-type': type },
    });
    expect(await answer.json()).toMatchObject({ status: 400, code: 'BAD_REQUEST' });
  });
});

describe('one upload', () => {
  it('takes one file alone, and says where many go', async () => {
    const { status, body } = await send('/images/trip/', {
      body: formOf([
        ['a.png', png],
        ['b.png', png],
      ]),
    });
    expect(status).toBe(400);
    expect(body.detail).toContain('POST /images takes many');
  });

  it('that is too large is told the way out', async () => {
    const { status, body } = await send('/images/large.jpg', {
      body: 'x'.repeat(4_000_001),
      headers: { 'content-type': 'image/jpeg' },
    });
    expect(status).toBe(413);
    expect(body.detail).toContain('POST /uploads');
  });

  it('is told in the log in the name of who sent it', async () => {
    await send('/images/owned.png', { body: new Uint8Array(png), headers: { 'content-type': 'image/png' } });
    const [first] = (await events(darkroom.http, { image: 'owned.png' })) as readonly { owner?: string }[];
    expect(first).toMatchObject({ event: 'uploaded', owner: 'tester' });
  });
});
