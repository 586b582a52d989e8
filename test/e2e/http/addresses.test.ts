import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../../infra/local/ports.ts';
import { detail } from '../../support/pictures.ts';
import { startDarkroom, type TestDarkroom } from '../../support/runtime.ts';

let darkroom: TestDarkroom;
let proxy: Server;
let publicUrl: string;

/** A Darkroom below a base path, and a reverse proxy before it that has another path, and rewrites nothing in what is answered. */
beforeAll(async () => {
  const port = await freePort();
  publicUrl = `http://127.0.0.1:${port}/pictures`;
  darkroom = await startDarkroom({ context: { basePath: '/image_creation', publicUrl } });
  proxy = createServer(async ({ url = '', method, headers }, response) => {
    const target = darkroom.runtime.apiUrl + url.replace('/pictures', '');
    const asked = headers.authorization === undefined ? {} : { authorization: headers.authorization };
    const answer = await fetch(target, { method: method ?? 'GET', headers: asked });
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise<void>((ready) => proxy.listen(port, '127.0.0.1', ready));
  const body = new Uint8Array(await (await detail()).png().toBuffer());
  await darkroom.http('/images/trip/cat.png', { method: 'PUT', body });
});
afterAll(async () => {
  proxy?.close();
  await darkroom?.close();
});

describe('behind a reverse proxy and a base path', () => {
  it('a signed URL leads through the proxy, and needs no credentials', async () => {
    const answer = await darkroom.http('/images/trip/cat.webp?xsize=20&url=true');
    const { url } = (await answer.json()) as { url: string };
    expect(url).toMatch(`${publicUrl}/images/trip/cat.png?`);
    const picture = await fetch(url);
    expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/webp']);
    expect((await fetch(url.replace('xsize=20', 'xsize=30'))).status).toBe(401);
  });

  it('the same URL is as good at the address behind it, below its base path', async () => {
    const answer = await darkroom.http('/images/trip/cat?url=true');
    const { url } = (await answer.json()) as { url: string };
    const direct = url.replace(publicUrl, darkroom.runtime.apiUrl);
    expect(direct).toContain('/image_creation/images/');
    expect((await fetch(direct)).status).toBe(200);
  });

  it('every link of an answer leads through the proxy', async () => {
    const authorization = `Basic ${btoa('tester:tester-password')}`;
    const page = await fetch(`${publicUrl}/images`, { headers: { authorization } });
    const { images } = (await page.json()) as { images: readonly { links: Record<string, string> }[] };
    const links = images.flatMap((image) => Object.values(image.links));
    expect(links).toHaveLength(3);
    for (const link of links) {
      expect(link.startsWith(`${publicUrl}/`)).toBe(true);
      expect((await fetch(link, { headers: { authorization } })).status).toBe(200);
    }
    const openapi = (await (await fetch(`${publicUrl}/openapi.json`)).json()) as { servers: unknown };
    expect(openapi.servers).toEqual([{ url: publicUrl }]);
  });
});
