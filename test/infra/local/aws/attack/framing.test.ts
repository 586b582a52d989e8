import { GetObjectCommand, HeadBucketCommand } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type LiveEndpoint, liveEndpoint, PLAIN } from '../live-endpoint.ts';
import { signedHeaders } from '../signed-fetch.ts';
import { answersIn, gone, LEAK, open, rawRequest, sendRaw, statusOf } from './raw.ts';

let live: LiveEndpoint;
beforeAll(async () => {
  live = await liveEndpoint();
});
afterAll(() => live.end());
afterEach(async () => {
  await live.s3.send(new HeadBucketCommand({ Bucket: PLAIN }));
});

describe('a request with a second one hidden in it', () => {
  const target = `/${PLAIN}/front`;
  const hidden = () => rawRequest(live.url, { target: `/${PLAIN}/smuggled`, body: 'smuggled' });
  const put = (more: string, body = '') => rawRequest(live.url, { target, body, more });

  it.each([
    ['by a length and chunks', () => `${put('transfer-encoding: chunked\r\n')}0\r\n\r\n${hidden()}`],
    ['by two lengths', () => `${put('content-length: 500\r\n')}${hidden()}`],
    ['by one length twice', () => `${put('content-length: 0\r\n')}${hidden()}`],
    ['by a list of lengths', () => put('').replace('content-length: 0', 'content-length: 0, 5')],
    ['by a length with a sign', () => put('').replace('content-length: 0', 'content-length: +0')],
    ['by a hexadecimal length', () => put('').replace('content-length: 0', 'content-length: 0x5')],
    ['by a negative length', () => put('').replace('content-length: 0', 'content-length: -1')],
    ['by a folded header', () => put('x-note: a\r\n content-length: 5\r\n')],
    ['by a space in a header name', () => put('content length : 5\r\n')],
    ['by a space before the colon', () => put('transfer-encoding : chunked\r\n')],
    ['by chunks that are spelt otherwise', () => put('transfer-encoding: xchunked\r\n')],
    ['by chunks twice', () => put('transfer-encoding: chunked, identity\r\n')],
    ['by a bare carriage return', () => put('x-note: a\rcontent-length: 5\r\n')],
    ['by a NUL in a value', () => put('x-note: a\0b\r\n')],
    ['by a line end without its carriage return', () => put('x-note: a\ncontent-length: 5\r\n')],
    ['by a chunk size that is none', () => chunked('-1\r\nx\r\n0\r\n\r\n')],
    ['by a chunk size too great', () => chunked('fffffffffffffffff\r\nx\r\n')],
    ['by chunks without their line ends', () => chunked('1\r\nxy\r\n0\r\n\r\n')],
  ])('%s is refused once, and the second never heard', async (_, request) => {
    const answer = await sendRaw(live.url, request());
    expect(statusOf(answer)).toBe(400);
    expect(answersIn(answer)).toBe(1);
    expect(answer).not.toMatch(LEAK);
    const smuggled = live.s3.send(new GetObjectCommand({ Bucket: PLAIN, Key: 'smuggled' }));
    await expect(smuggled).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  function chunked(body: string): string {
    return `${put('').replace('content-length: 0', 'transfer-encoding: chunked')}${body}`;
  }
});

describe('what never ends', () => {
  it.each([
    ['one header', () => `GET / HTTP/1.1\r\nhost: x\r\nx-long: ${'x'.repeat(64 * 1024)}`],
    ['headers', () => `GET / HTTP/1.1\r\nhost: x\r\n${'a: b\r\n'.repeat(20_000)}`],
    ['a target', () => `GET /${'x'.repeat(64 * 1024)} HTTP/1.1\r\n`],
  ])('of %s is refused at 16 KiB', async (_, request) => {
    expect(statusOf(await sendRaw(live.url, request()))).toBe(431);
  });

  it('of an extension to a chunk of HTTP is refused', async () => {
    const headers = signedHeaders(`${live.url}/${PLAIN}/k`, { method: 'PUT', payload: 'UNSIGNED-PAYLOAD' });
    const answer = await sendRaw(
      live.url,
      `${head('k', { ...headers, 'transfer-encoding': 'chunked' })}1;${'x'.repeat(64 * 1024)}`,
    );
    expect([400, 413]).toContain(statusOf(answer));
  });

  it.each([
    ['an extension to a chunk', `1;${'x'.repeat(64 * 1024)}`],
    ['zeros before the size of a chunk', '0'.repeat(64 * 1024)],
    ['a trailer', `1\r\nx\r\n0\r\nx-amz-checksum-crc32:${'x'.repeat(64 * 1024)}`],
    ['trailers', `1\r\nx\r\n0\r\n${'x-amz-checksum-crc32:AAAAAA==\r\n'.repeat(20_000)}`],
  ])('of %s within aws-chunked is refused', async (_, body) => {
    const signed = {
      'x-amz-trailer': 'x-amz-checksum-crc32',
      'x-amz-decoded-content-length': '1',
      'content-encoding': 'aws-chunked',
    };
    const payload = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER';
    const headers = signedHeaders(`${live.url}/${PLAIN}/k`, { method: 'PUT', headers: signed, payload });
    const answer = await sendRaw(
      live.url,
      `${head('k', { ...headers, 'content-length': '1000000000' })}${body}`,
    );
    expect(statusOf(answer)).toBe(400);
    expect(answer).not.toMatch(LEAK);
  });
});

it('garbage instead of HTTP is refused, and a connection that breaks off is forgotten', async () => {
  expect(statusOf(await sendRaw(live.url, Buffer.from([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc])))).toBe(400);
  const socket = await open(live.url);
  socket.write(rawRequest(live.url, { target: `/${PLAIN}/half`, body: 'x'.repeat(100) }).slice(0, -50));
  socket.resetAndDestroy();
  await gone(socket);
  const half = live.s3.send(new GetObjectCommand({ Bucket: PLAIN, Key: 'half' }));
  await expect(half).rejects.toMatchObject({ name: 'NoSuchKey' });
});

function head(key: string, headers: Readonly<Record<string, string>>): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `PUT /${PLAIN}/${key} HTTP/1.1\r\n${lines.join('')}\r\n`;
}
