import { GetObjectCommand, GetObjectTaggingCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scopeText, sign, signingKey } from '../../../../../infra/local/aws/signature/sigv4.ts';
import { CREDENTIALS, type LiveEndpoint, liveEndpoint, VERSIONED, WORK } from '../live-endpoint.ts';

let live: LiveEndpoint;
beforeAll(async () => {
  live = await liveEndpoint();
});
afterAll(() => live.end());

const ALLOWED = [
  { bucket: VERSIONED },
  ['starts-with', '$key', 'uploads/'],
  ['content-length-range', 3, 10],
  { 'x-amz-meta-who': 'ü' },
  ['starts-with', '$Content-Type', 'image/'],
];
const FIELDS = { key: `uploads/${'$'}{filename}`, 'x-amz-meta-who': 'ü', 'Content-Type': 'image/png' };

describe('an upload by a form', () => {
  it('that keeps to its policy is stored under the name of its file, and told of as a post', async () => {
    const answer = await post({});
    expect(answer.status).toBe(204);
    const Key = 'uploads/a b.png';
    const object = await live.s3.send(new GetObjectCommand({ Bucket: VERSIONED, Key }));
    expect(await object.Body?.transformToString()).toBe('content');
    expect(object).toMatchObject({ ContentType: 'image/png', Metadata: { who: '=?UTF-8?B?w7w=?=' } });
    const [message] = await live.queues.receive(WORK.arn, { max: 1, waitMs: 0 });
    expect(JSON.parse(message?.body ?? '').Records[0]).toMatchObject({
      eventName: 'ObjectCreated:Post',
      s3: { object: { key: 'uploads/a+b.png', versionId: object.VersionId } },
    });
  });

  it('may bring tags, in the document that S3 has for them', async () => {
    const tagging = '<Tagging><TagSet><Tag><Key>a b</Key><Value>1</Value></Tag></TagSet></Tagging>';
    expect((await post({ fields: { tagging }, conditions: [{ tagging }] })).status).toBe(204);
    const at = { Bucket: VERSIONED, Key: 'uploads/a b.png' };
    const { TagSet } = await live.s3.send(new GetObjectTaggingCommand(at));
    expect(TagSet).toEqual([{ Key: 'a b', Value: '1' }]);
  });

  it('may be held to a text with a dollar sign, escaped as the documentation of policies has it', async () => {
    const conditions = String.raw`["eq", "$x-amz-meta-price", "\$5"], ["eq", "\$x-amz-meta-tab", "a\u0020\v"]`;
    const fields = { 'x-amz-meta-price': '$5', 'x-amz-meta-tab': 'a \v' };
    expect((await post({ fields, rawConditions: conditions })).status).toBe(204);
    const other = { ...fields, 'x-amz-meta-price': '$6' };
    expect((await post({ fields: other, rawConditions: conditions })).status).toBe(403);
  });

  it('goes on where it asked to, or answers a document', async () => {
    const redirect = { success_action_redirect: 'http://127.0.0.1:1/done?a=1' };
    const moved = await post({
      fields: redirect,
      conditions: [['starts-with', '$success_action_redirect', '']],
    });
    expect(moved.status).toBe(303);
    expect(moved.headers.get('location')).toMatch(
      /^http:\/\/127\.0\.0\.1:1\/done\?a=1&bucket=.*&key=uploads/,
    );
    const status = { success_action_status: '201' };
    const document = await post({ fields: status, conditions: [status] });
    expect(document.status).toBe(201);
    expect(await document.text()).toContain('<Key>uploads/a b.png</Key>');
  });

  it.each([
    ['too large', { content: 'x'.repeat(11) }, 400, 'EntityTooLarge'],
    ['too small', { content: 'x' }, 400, 'EntityTooSmall'],
    ['under another key', { fields: { key: 'elsewhere' } }, 403, 'AccessDenied'],
    ['of another type', { fields: { 'Content-Type': 'text/html' } }, 403, 'AccessDenied'],
    [
      'with a field that the policy does not name',
      { fields: { 'x-amz-meta-more': '1' } },
      403,
      'AccessDenied',
    ],
    ['without a field that the policy names', { fields: { 'x-amz-meta-who': '' } }, 403, 'AccessDenied'],
    ['too late', { expiresInMs: -1 }, 403, 'AccessDenied'],
    ['with another signature', { secret: 'wrong' }, 403, 'SignatureDoesNotMatch'],
    ['by nobody', { accessKeyId: 'nobody' }, 403, 'InvalidAccessKeyId'],
    ['into another bucket', { bucket: 'plain-bucket' }, 403, 'AccessDenied'],
  ])('%s is refused', async (_, change, status, code) => {
    const answer = await post(change);
    expect(await answer.text()).toContain(`<Code>${code}</Code>`);
    expect(answer.status).toBe(status);
  });

  it.each([
    ['no file', form({ key: 'x' }), 400],
    ['no policy', form({ key: 'x' }, 'content'), 403],
  ])('with %s is refused', async (_, body, status) => {
    expect((await fetch(`${live.url}/${VERSIONED}`, { method: 'POST', body })).status).toBe(status);
  });

  it('whose body ends early is refused, wherever it ends', async () => {
    const { body, type } = await encoded(policyForm({}));
    for (const length of [0, 100, body.length - 60, body.length - 10]) {
      const headers = { 'content-type': type };
      const answer = await fetch(`${live.url}/${VERSIONED}`, {
        method: 'POST',
        headers,
        body: body.subarray(0, length),
      });
      expect(answer.status, `cut at ${length}`).toBe(400);
    }
  });
});

async function encoded(data: FormData): Promise<{ body: Buffer; type: string }> {
  const request = new Response(data);
  return { body: Buffer.from(await request.arrayBuffer()), type: request.headers.get('content-type') ?? '' };
}

interface Change {
  readonly fields?: Readonly<Record<string, string>>;
  readonly conditions?: readonly unknown[];
  /** More of them, as a policy has them that is no JSON. */
  readonly rawConditions?: string;
  readonly content?: string;
  readonly expiresInMs?: number;
  readonly secret?: string;
  readonly accessKeyId?: string;
  readonly bucket?: string;
}

function post(change: Change): Promise<Response> {
  const body = policyForm(change);
  return fetch(`${live.url}/${change.bucket ?? VERSIONED}`, { method: 'POST', body, redirect: 'manual' });
}

function policyForm(change: Change): FormData {
  const timestamp = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const scope = { date: timestamp.slice(0, 8), region: 'us-east-1', service: 's3' };
  const signing = {
    'x-amz-algorithm': 'AWS4-HMAC-SHA256',
    'x-amz-credential': `${change.accessKeyId ?? CREDENTIALS.accessKeyId}/${scopeText(scope)}`,
    'x-amz-date': timestamp,
  };
  const own = Object.entries(signing).map(([name, value]) => ({ [name]: value }));
  const expiration = new Date(Date.now() + (change.expiresInMs ?? 60_000)).toISOString();
  const conditions = [...ALLOWED, ...own, ...(change.conditions ?? [])];
  const text = JSON.stringify({ expiration, conditions });
  const raw =
    change.rawConditions === undefined ? text : text.replace(/\]\}$/, () => `,${change.rawConditions}]}`);
  const policy = Buffer.from(raw).toString('base64');
  const signature = sign(signingKey(change.secret ?? CREDENTIALS.secretAccessKey, scope), policy);
  const fields = { ...FIELDS, ...signing, policy, 'x-amz-signature': signature, ...change.fields };
  return form(fields, change.content ?? 'content');
}

function form(fields: Readonly<Record<string, string>>, content?: string): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.set(name, value);
  if (content !== undefined) data.set('file', new Blob([content]), 'a b.png');
  return data;
}
