import { readdirSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type ObservedCall, startEndpoint } from '../../../../infra/local/aws/endpoint.ts';
import { CREDENTIALS, endpointOptions, type LiveEndpoint, liveEndpoint, PLAIN } from './live-endpoint.ts';
import { type Signing, signedFetch, signedHeaders, signedUrl } from './signed-fetch.ts';

const HOUR_MS = 3_600_000;
let live: LiveEndpoint;
let object: string;
const observed: ObservedCall[] = [];

beforeAll(async () => {
  live = await liveEndpoint({ observe: (call) => void observed.push(call) });
  object = `${live.url}/${PLAIN}/a.txt`;
  await live.s3.send(new PutObjectCommand({ Bucket: PLAIN, Key: 'a.txt', Body: 'hello' }));
});
afterAll(() => live.end());

describe('a request signed by header', () => {
  const refused: [string, Signing, number, string][] = [
    ['an unknown access key', { accessKeyId: 'nobody' }, 403, 'InvalidAccessKeyId'],
    ['a wrong secret', { secret: 'wrong' }, 403, 'SignatureDoesNotMatch'],
    ['a clock 16 minutes behind', { at: Date.now() - 16 * 60_000 }, 403, 'RequestTimeTooSkewed'],
    ['a clock 16 minutes ahead', { at: Date.now() + 16 * 60_000 }, 403, 'RequestTimeTooSkewed'],
    ['a service that is not there', { service: 'lambda' }, 501, 'NotImplemented'],
    ['a word for its body that nobody knows', { payload: 'STREAMING-OTHER' }, 400, 'InvalidArgument'],
  ];
  it.each(refused)('is refused with %s', async (_, signing, status, code) => {
    await expectRefusal(await signedFetch(object, signing), status, code);
  });

  it('is answered with a clock 14 minutes off', async () => {
    expect((await signedFetch(object, { at: Date.now() - 14 * 60_000 })).status).toBe(200);
  });

  it('is refused when anything that was signed is changed, or an x-amz header is added', async () => {
    const headers = signedHeaders(object, { headers: { range: 'bytes=0-1' } });
    expect((await fetch(object, { headers })).status).toBe(206);
    const changed: [string, RequestInit, string][] = [
      [object, { headers: { ...headers, range: 'bytes=0-2' } }, 'SignatureDoesNotMatch'],
      [`${object}x`, { headers }, 'SignatureDoesNotMatch'],
      [`${object}?versionId=null`, { headers }, 'SignatureDoesNotMatch'],
      [object, { headers, method: 'DELETE' }, 'SignatureDoesNotMatch'],
      [object, { headers: { ...headers, 'x-amz-checksum-mode': 'ENABLED' } }, 'AccessDenied'],
    ];
    for (const [url, init, code] of changed) await expectRefusal(await fetch(url, init), 403, code);
  });

  it('is refused when its body is not the one that was signed', async () => {
    const url = `${live.url}/${PLAIN}/forged.txt`;
    const headers = signedHeaders(url, { method: 'PUT', body: 'mine' });
    await expectRefusal(
      await fetch(url, { method: 'PUT', headers, body: 'evil' }),
      400,
      'XAmzContentSHA256Mismatch',
    );
    expect((await signedFetch(url)).status).toBe(404);
  });
});

describe('a signed URL', () => {
  it('reads what it was made for, with the headers that it asks for', async () => {
    const command = new GetObjectCommand({
      Bucket: PLAIN,
      Key: 'a.txt',
      ResponseContentDisposition: 'attachment; filename="ü"',
    });
    const answer = await fetch(await getSignedUrl(live.s3, command, { expiresIn: 60 }));
    expect(await answer.text()).toBe('hello');
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="ü"');
  });

  it('writes with the metadata that it was signed with', async () => {
    const command = new PutObjectCommand({ Bucket: PLAIN, Key: 'by url', Metadata: { who: 'me' } });
    const url = await getSignedUrl(live.s3, command, { expiresIn: 60 });
    expect((await fetch(url, { method: 'PUT', body: 'x' })).status).toBe(200);
    expect((await signedFetch(`${live.url}/${PLAIN}/by%20url`)).headers.get('x-amz-meta-who')).toBe('me');
  });

  it('wins over the Basic credentials that a browser adds', async () => {
    const headers = { authorization: 'Basic Zm9vOmJhcg==' };
    expect((await fetch(signedUrl(object, {}), { headers })).status).toBe(200);
  });

  it.each([
    ['expired', () => signedUrl(object, { at: Date.now() - 61_000 }), 403, 'AccessDenied'],
    ['not yet valid', () => signedUrl(object, { at: Date.now() + HOUR_MS }), 403, 'AccessDenied'],
    [
      'valid for too long',
      () => signedUrl(object, { expires: 604_801 }),
      400,
      'AuthorizationQueryParametersError',
    ],
    [
      'of another object',
      () => signedUrl(object, {}).replace('a.txt', 'b.txt'),
      403,
      'SignatureDoesNotMatch',
    ],
    [
      'stretched',
      () => signedUrl(object, {}).replace('Expires=60', 'Expires=600'),
      403,
      'SignatureDoesNotMatch',
    ],
    [
      'extended by a parameter',
      () => `${signedUrl(object, {})}&versionId=null`,
      403,
      'SignatureDoesNotMatch',
    ],
  ])('is refused when it is %s', async (_, url, status, code) => {
    await expectRefusal(await fetch(url()), status, code);
  });

  it('is refused when it would put a line break into a header', async () => {
    const url = signedUrl(object, {}, { 'response-content-type': 'a\r\nset-cookie: b' });
    await expectRefusal(await fetch(url), 400, 'InvalidArgument');
  });

  it('beside an AWS signature in the header is refused', async () => {
    const headers = { authorization: 'AWS4-HMAC-SHA256 Credential=x' };
    await expectRefusal(await fetch(signedUrl(object, {}), { headers }), 400, 'InvalidArgument');
  });
});

describe('the door', () => {
  it('lets nobody in without a signature', async () => {
    await expectRefusal(await fetch(object), 403, 'AccessDenied');
    await expectRefusal(await fetch(live.url), 403, 'AccessDenied');
    await expectRefusal(await fetch(object, { method: 'PUT', body: 'x' }), 403, 'AccessDenied');
  });

  it('tells clients of SQS in their own words', async () => {
    const wrong = [
      [{ ...CREDENTIALS, secretAccessKey: 'no' }, 'InvalidSignatureException'],
      [{ ...CREDENTIALS, accessKeyId: 'no' }, 'UnrecognizedClientException'],
    ] as const;
    for (const [credentials, name] of wrong) {
      const client = new SQSClient({ endpoint: live.url, region: 'us-east-1', credentials, maxAttempts: 1 });
      await expect(client.send(new ListQueuesCommand({}))).rejects.toMatchObject({ name });
    }
  });

  it('shows calls to the observer once they are authentic', async () => {
    observed.length = 0;
    await signedFetch(object, { secret: 'wrong' });
    await signedFetch(object);
    await live.sqs.send(new ListQueuesCommand({}));
    expect(observed).toEqual([
      { service: 's3', operation: 'GetObject', accessKeyId: 'darkroom', resource: `${PLAIN}/a.txt` },
      { service: 'sqs', operation: 'ListQueues', accessKeyId: 'darkroom', resource: '' },
    ]);
  });

  it.each(['/%zz', '/%ff', '//key', `/${PLAIN}/${'k'.repeat(1025)}`])(
    'answers 400 to %.20s',
    async (path) => {
      const answer = await fetch(live.url + path, { headers: signedHeaders(`${live.url}/x`, {}) });
      expect([400, 403]).toContain(answer.status);
    },
  );

  it('asks for a body only once it knows who sends it', async () => {
    const lines = await speak(
      `PUT /${PLAIN}/big HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 1000000\r\nConnection: close\r\n\r\n`,
    );
    expect(lines).toMatch(/^HTTP\/1.1 403 /);
  });

  it('reads past a body that it refused, so that its connection goes on', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const big = 'x'.repeat(3_000_000);
    const put = { method: 'PUT', body: big };
    const chunked = { 'x-amz-decoded-content-length': '9' };
    const form = 'multipart/form-data; boundary=b';
    const file = '--b\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n';
    const refused: [string, Signing][] = [
      ['PUT', { ...put, secret: 'wrong' }],
      ['PUT', { ...put, headers: { 'if-match': '"other"' } }],
      ['PUT', { ...put, payload: 'STREAMING-UNSIGNED-PAYLOAD-TRAILER', headers: chunked }],
    ];
    for (const [method, signing] of refused) {
      expect(
        await send(agent, object, { method, headers: signedHeaders(object, signing), body: big }),
      ).toBeGreaterThan(399);
      expect(await send(agent, object, { method: 'GET', headers: signedHeaders(object, {}), body: '' })).toBe(
        200,
      );
    }
    const headers = { 'content-type': form };
    expect(
      await send(agent, `${live.url}/${PLAIN}`, { method: 'POST', headers, body: `${file}${big}\r\n--b--` }),
    ).toBe(403);
    expect(await send(agent, object, { method: 'GET', headers: signedHeaders(object, {}), body: '' })).toBe(
      200,
    );
    agent.destroy();
  });

  it('keeps nothing of an upload that broke off', async () => {
    const headers = signedHeaders(`${live.url}/${PLAIN}/broken`, {
      method: 'PUT',
      payload: 'UNSIGNED-PAYLOAD',
    });
    const upload = request(`${live.url}/${PLAIN}/broken`, {
      method: 'PUT',
      headers: { ...headers, 'content-length': 1e6 },
    });
    upload.on('error', () => {});
    await new Promise<void>((resolve) => upload.write('x'.repeat(500_000), () => resolve()));
    const incoming = () => readdirSync(join(live.home, 'objects', 'incoming')).length;
    await vi.waitFor(() => expect(incoming()).toBe(1));
    upload.destroy();
    await vi.waitFor(() => expect(incoming()).toBe(0));
    expect((await signedFetch(`${live.url}/${PLAIN}/broken`)).status).toBe(404);
  });

  it('does not open twice on one port, nor over one state folder', async () => {
    const samePort = startEndpoint({ ...endpointOptions(live.home), port: live.port });
    await expect(samePort).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await expect(startEndpoint(endpointOptions(live.home))).rejects.toThrow('another Darkroom');
    expect((await signedFetch(object)).status).toBe(200);
  });

  async function speak(text: string): Promise<string> {
    const socket = connect(live.port, '127.0.0.1');
    socket.end(text);
    const pieces: Buffer[] = [];
    for await (const piece of socket) pieces.push(piece);
    return Buffer.concat(pieces).toString();
  }
});

async function expectRefusal(answer: Response, status: number, code: string): Promise<void> {
  const text = await answer.text();
  expect(text).toContain(`<Code>${code}</Code>`);
  expect(answer.status).toBe(status);
  expect(answer.headers.get('x-amz-request-id')).toMatch(/^[0-9A-F]{16}$/);
}

interface Sending {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The status of the answer to a request on the agent's one connection. */
function send(agent: Agent, url: string, { method, headers, body }: Sending): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      { agent, method, headers: { ...headers, 'content-length': body.length } },
      (answer) => {
        answer.resume().once('end', () => resolve(answer.statusCode));
      },
    );
    sent.once('error', reject).end(body);
  });
}
