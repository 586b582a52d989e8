import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, expect, it } from 'vitest';
import { LIMITS, listen, makeServer } from '../../../../../infra/local/aws/server.ts';
import { type LiveEndpoint, liveEndpoint, PLAIN } from '../live-endpoint.ts';
import { gone, open } from './raw.ts';

/** The rules of the real one, in a hurry. */
const HURRIED = { ...LIMITS, headersMs: 200, paceMs: 200, paceBytes: 10, refusedMs: 300 };

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

it.each([
  ['says nothing', async () => {}],
  ['sends its headers byte by byte', (socket: Socket) => drip(socket, 'GET / HTTP/1.1\r\nhost: x\r\n', 'x')],
  ['sends its body byte by byte', (socket: Socket) => drip(socket, head(1e9), 'x')],
  [
    'sends chunks of one byte',
    (socket: Socket) => drip(socket, `${HEAD}transfer-encoding: chunked\r\n\r\n`, '1\r\nx\r\n', 150),
  ],
])('who %s is let go', async (_, behave) => {
  const { url } = await serve(HURRIED, reads);
  const socket = await open(url);
  const closed = gone(socket);
  void behave(socket);
  const before = performance.now();
  await closed;
  expect(performance.now() - before).toBeLessThan(3_000);
});

it('a slow but steady body comes through, however long it takes', async () => {
  const { url } = await serve(HURRIED, reads);
  const socket = await open(url);
  socket.write(head(200));
  for (let i = 0; i < 10; i++) {
    await sleep(100);
    socket.write('x'.repeat(20));
  }
  const [answer] = await once(socket, 'data');
  expect(String(answer)).toContain('read 200');
  socket.destroy();
});

it('a body that was refused is not read for ever', async () => {
  const { url } = await serve(HURRIED, (message, response) => {
    response.writeHead(403).end();
    message.resume();
  });
  const socket = await open(url);
  socket.write(head(1e9));
  const sending = setInterval(() => socket.write('x'.repeat(1000)), 20);
  await gone(socket);
  clearInterval(sending);
});

it('a thousand silent connections keep nobody else from being served', async () => {
  const live: LiveEndpoint = await liveEndpoint();
  ends.push(live.end);
  const sockets = await Promise.all(Array.from({ length: 1_000 }, () => open(live.url)));
  ends.push(() => {
    for (const socket of sockets) socket.destroy();
  });
  const before = performance.now();
  await live.s3.send(new PutObjectCommand({ Bucket: PLAIN, Key: 'served', Body: 'x' }));
  expect(performance.now() - before).toBeLessThan(2_000);
});

it('more connections than it takes are turned away, and there is room again once others go', async () => {
  const { url } = await serve({ ...HURRIED, headersMs: 60_000, connections: 3 });
  const sockets = await Promise.all([open(url), open(url), open(url)]);
  await gone(await open(url));
  sockets[0]?.destroy();
  await sleep(50);
  const next = await open(url);
  next.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
  await once(next, 'data');
  for (const socket of [...sockets, next]) socket.destroy();
});

async function serve(limits: typeof LIMITS, answer: RequestListener = (_, response) => response.end()) {
  const server = makeServer(limits).on('request', answer);
  const port = await listen(server, { host: '127.0.0.1', port: 0 });
  ends.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${port}` };
}

/** Answers once the body is through. */
const reads: RequestListener = async (message, response) => {
  const body = await text(message).catch(() => '');
  response.end(`read ${body.length}`);
};

const HEAD = 'PUT /bucket/key HTTP/1.1\r\nhost: x\r\n';

function head(length: number): string {
  return `${HEAD}content-length: ${length}\r\n\r\n`;
}

/** Begins, and then sends a little at a time as long as it may. */
async function drip(socket: Socket, beginning: string, drop: string, pauseMs = 50): Promise<void> {
  socket.write(beginning);
  while (!socket.destroyed) {
    await sleep(pauseMs);
    socket.write(drop);
  }
}
