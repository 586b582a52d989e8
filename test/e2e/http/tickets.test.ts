import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { detail } from '../../support/pictures.ts';
import {
  ended,
  events,
  INPUT,
  outputKeys,
  startDarkroom,
  type TestDarkroom,
  until,
} from '../../support/runtime.ts';
import { send as sendTo, type UploadAnswer } from '../../support/uploads.ts';

let darkroom: TestDarkroom;
let jpeg: Buffer;

beforeAll(async () => {
  darkroom = await startDarkroom();
  jpeg = await (await detail()).jpeg().toBuffer();
});

afterAll(() => darkroom.close());

const send = (path: string, init: RequestInit) => sendTo(darkroom, path, init);
const inputs = (prefix: string) => outputKeys(darkroom.s3, prefix, INPUT);

describe('a ticket', () => {
  const ask = (body: object) =>
    send('/uploads', { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });
  const asked = (name: string, size = 1_000) => ({ name, contentType: 'image/jpeg', size });

  async function post({ url, fields }: UploadAnswer, bytes: Buffer, changed: Record<string, string> = {}) {
    const form = new FormData();
    for (const [name, value] of Object.entries({ ...fields, ...changed })) form.set(name, value);
    form.set('file', new Blob([new Uint8Array(bytes)]));
    return fetch(url, { method: 'POST', body: form });
  }

  it('takes the picture straight to the bucket, and its status can be followed', async () => {
    const { status, body } = await ask(asked('big/from far & "away"+.jpg', jpeg.length));
    expect(status).toBe(201);
    expect(body).toMatchObject({ name: 'big/from far & "away"+.jpg', method: 'POST' });
    expect((await post(body, jpeg)).status).toBe(204);
    expect(await ended(darkroom.http, body.name)).toMatchObject({ status: 'FINISHED' });
    const log = (await (await darkroom.http(body.links.status ?? '')).json()) as { events: unknown[] };
    expect(log.events).toHaveLength(5);
    expect(log.events[0]).toMatchObject({ event: 'uploaded', owner: 'tester' });
    const kept = await darkroom.s3.send(new GetObjectCommand({ Bucket: INPUT, Key: body.name }));
    expect(kept.ContentType).toBe('image/jpeg');
  });

  it('is its owner’s once: what carries it later, or elsewhere, is nobody’s', async () => {
    const { body } = await ask(asked('own/mine.jpg', jpeg.length));
    expect((await post(body, jpeg)).status).toBe(204);
    await ended(darkroom.http, 'own/mine.jpg');
    const kept = await darkroom.s3.send(new GetObjectCommand({ Bucket: INPUT, Key: body.name }));
    for (const Key of ['own/mine.jpg', 'own/forged.jpg']) {
      const object = { Bucket: INPUT, Key, Body: Buffer.concat([jpeg, jpeg]), Metadata: kept.Metadata };
      await darkroom.s3.send(new PutObjectCommand(object));
    }
    const owners = async (image: string) => {
      const first = (await events(darkroom.http, { image })).filter(({ event }) => event === 'uploaded');
      return first.map((it) => (it as { owner?: string | null }).owner);
    };
    await ended(darkroom.http, 'own/forged.jpg');
    await until(async () => ((await owners('own/mine.jpg')).length === 2 ? true : undefined));
    await ended(darkroom.http, 'own/mine.jpg');
    expect(await owners('own/mine.jpg')).toEqual(['tester', null]);
    expect(await owners('own/forged.jpg')).toEqual([null]);
  });

  it('without an extension gets the one of the type', async () => {
    expect((await ask(asked('plain'))).body.name).toBe('plain.jpg');
  });

  it.each([
    ['a longer picture', (ticket: UploadAnswer) => post(ticket, Buffer.concat([jpeg, jpeg]))],
    ['a shorter picture', (ticket: UploadAnswer) => post(ticket, jpeg.subarray(1))],
    ['another type', (ticket: UploadAnswer) => post(ticket, jpeg, { 'Content-Type': 'text/html' })],
    [
      'other owner',
      (ticket: UploadAnswer) => post(ticket, jpeg, { 'x-amz-meta-ticket': crypto.randomUUID() }),
    ],
    ['another key', (ticket: UploadAnswer) => post(ticket, jpeg, { key: 'other.jpg' })],
  ])('takes no %s', async (_what, upload) => {
    const { body } = await ask(asked('bound.jpg', jpeg.length));
    expect((await upload(body)).status).toBeGreaterThanOrEqual(400);
    expect(await inputs('bound')).toEqual([]);
    expect(await inputs('other')).toEqual([]);
  });

  it.each([
    [{ ...asked('a.jpg'), size: 2 ** 31 }, 413, 'SOURCE_TOO_LARGE'],
    [{ ...asked('a.jpg'), contentType: 'text/html' }, 415, 'UNSUPPORTED_IMAGE'],
    [{ ...asked('a.jpg'), size: 0 }, 400, 'BAD_REQUEST'],
    [asked('folder/'), 400, 'BAD_REQUEST'],
    [asked('../up.jpg'), 400, 'BAD_REQUEST'],
    [asked('$' + '{filename}'), 400, 'BAD_REQUEST'],
    [asked('x'.repeat(1_020)), 422, 'KEY_TOO_LONG'],
    [{ name: 'a.jpg' }, 400, 'BAD_REQUEST'],
  ])('for %j is refused with %d', async (body, status, code) => {
    expect((await ask(body)).body).toMatchObject({ status, code });
  });
});
