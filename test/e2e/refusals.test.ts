import { deflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { detail, photo, png } from '../support/pictures.ts';
import { ended, outputKeys, put, startDarkroom, type TestDarkroom } from '../support/runtime.ts';

let darkroom: TestDarkroom;

beforeAll(async () => {
  darkroom = await startDarkroom();
});

afterAll(() => darkroom.close());

/** 1,000,000 × 45 pixels in a few hundred bytes: 2.4 GB to decode. */
function bomb(): Buffer {
  const row = Buffer.alloc(125_000);
  return png({
    width: 1_000_000,
    height: 45,
    depth: 1,
    colourType: 0,
    rows: Array.from({ length: 45 }, () => row),
  });
}

const REFUSED: Readonly<
  Record<
    string,
    { readonly body: () => Promise<Buffer> | Buffer; readonly code: string; readonly says: RegExp }
  >
> = {
  'text.jpg': {
    body: () => Buffer.from('I am no picture\n'.repeat(100)),
    code: 'UNSUPPORTED_IMAGE',
    says: /text/,
  },
  'empty.png': { body: () => Buffer.alloc(0), code: 'EMPTY_OBJECT', says: /empty/ },
  'truncated.jpg': { body: () => photo().subarray(0, 700_000), code: 'BROKEN_IMAGE', says: /./ },
  'bomb.png': { body: bomb, code: 'IMAGE_TOO_LARGE', says: /1000000|1,000,000/ },
  'drawing.svg': {
    body: () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
    code: 'UNSUPPORTED_IMAGE',
    says: /SVG/,
  },
  'document.pdf': { body: () => Buffer.from('%PDF-1.7\n%âãÏÓ\n'), code: 'UNSUPPORTED_IMAGE', says: /PDF/ },
  'zip.png': {
    body: () => Buffer.concat([Buffer.from('PK\x03\x04'), deflateSync(Buffer.alloc(99))]),
    code: 'UNSUPPORTED_IMAGE',
    says: /ZIP/,
  },
};

describe.each(Object.entries(REFUSED))('%s', (key, { body, code, says }) => {
  it(`fails as ${code} with a reason, and leaves nothing in the output bucket`, async () => {
    await put(darkroom.s3, key, await body());
    const last = await ended(darkroom.http, key);
    expect(last).toMatchObject({ status: 'FAILED', code });
    expect(last.message).toMatch(says);
    expect(await outputKeys(darkroom.s3, `derived/${key}/`)).toEqual([]);
    expect(await outputKeys(darkroom.s3, `negated_${key}`)).toEqual([]);
  });
});

it('fails a key whose outputs could have none, and keeps the upload', async () => {
  const key = `${'k'.repeat(1_020)}.png`;
  await put(darkroom.s3, key, await (await detail()).png().toBuffer());
  expect(await ended(darkroom.http, key)).toMatchObject({ status: 'FAILED', code: 'KEY_TOO_LONG' });
});

it('goes on behind all of that', async () => {
  await put(darkroom.s3, 'fine.png', await (await detail()).png().toBuffer());
  expect(await ended(darkroom.http, 'fine.png')).toMatchObject({ status: 'FINISHED' });
});
