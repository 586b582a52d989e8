import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { detail } from '../../support/pictures.ts';
import { events, startDarkroom, type TestDarkroom } from '../../support/runtime.ts';
import { formOf, send as sendTo } from '../../support/uploads.ts';

let darkroom: TestDarkroom;
let png: Buffer;

beforeAll(async () => {
  darkroom = await startDarkroom();
  png = await (await detail()).png().toBuffer();
});

afterAll(() => darkroom.close());

const send = (path: string, init: RequestInit) => sendTo(darkroom, path, init);

describe('an Idempotency-Key', () => {
  const key = (value: string) => ({ headers: { 'content-type': 'image/png', 'idempotency-key': value } });
  const put = (path: string, bytes: Buffer, value: string) =>
    send(path, { method: 'PUT', body: new Uint8Array(bytes), ...key(value) });

  it('gives an equal request the same answer, and does nothing again', async () => {
    const first = await put('/images/once.png', png, 'k-1');
    const second = await put('/images/once.png', png, 'k-1');
    expect(second.body).toEqual(first.body);
    expect(second.status).toBe(202);
    expect(second.headers.get('location')).toBe(first.headers.get('location'));
    expect([first, second].map(({ headers }) => headers.get('idempotency-replayed'))).toEqual([null, 'true']);
    const log = await events(darkroom.http, { image: 'once.png' });
    expect(log.filter(({ event }) => event === 'uploaded')).toHaveLength(1);
  });

  it('knows a form again, whose boundary is another each time', async () => {
    const form = () => ({ body: formOf([['form.png', png]]), headers: { 'idempotency-key': 'k-form' } });
    const [first, second] = [await send('/images', form()), await send('/images', form())];
    expect(second.body).toEqual(first.body);
    expect(second.headers.get('idempotency-replayed')).toBe('true');
  });

  it('of another request is refused', async () => {
    await put('/images/first.png', png, 'k-2');
    expect((await put('/images/second.png', png, 'k-2')).body).toMatchObject({
      status: 422,
      code: 'IDEMPOTENCY_KEY_REUSED',
    });
  });

  it('is free again when the request was refused', async () => {
    expect((await put('/images/later.png', Buffer.from('no'), 'k-3')).status).toBe(415);
    expect((await put('/images/later.png', png, 'k-3')).status).toBe(202);
  });

  it('lets one of many equal requests at once do it', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => put('/images/race.png', png, 'k-4')));
    const ids = new Set(all.filter(({ status }) => status === 202).map(({ body }) => body.id));
    expect(ids.size).toBe(1);
    const busy = all.filter(({ status }) => status !== 202);
    expect(busy.map(({ status }) => status)).toEqual(busy.map(() => 409));
    for (const { headers } of busy) expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it.each(['', 'ü', 'x'.repeat(256)])('has 1 to 255 printable characters, not %j', async (value) => {
    const answer = await darkroom.http('/images/k.png', {
      method: 'PUT',
      body: new Uint8Array(png),
      ...key(value),
    });
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('Idempotency-Key');
  });
});
