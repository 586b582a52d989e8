import { CreateMultipartUploadCommand, HeadBucketCommand } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type LiveEndpoint, liveEndpoint, PLAIN } from '../live-endpoint.ts';
import { signedFetch } from '../signed-fetch.ts';
import { LEAK } from './raw.ts';

let live: LiveEndpoint;
let heapBefore: number;
beforeAll(async () => {
  live = await liveEndpoint();
  heapBefore = process.memoryUsage().rss;
});
afterAll(async () => {
  expect(process.memoryUsage().rss - heapBefore).toBeLessThan(300 * 2 ** 20);
  await live.end();
});
afterEach(async () => {
  await live.s3.send(new HeadBucketCommand({ Bucket: PLAIN }));
});

const ENTITIES = Array.from({ length: 12 }, (_, i) => `<!ENTITY e${i + 1} "${`&e${i};`.repeat(10)}">`);
const BOMB = `<!DOCTYPE x [<!ENTITY e0 "boom">${ENTITIES.join('')}]>`;
const FILE = '<!DOCTYPE x [<!ENTITY e12 SYSTEM "file:///etc/passwd">]>';
const DEEP = 100_000;

describe.each([
  [
    'DeleteObjects',
    async () => `${live.url}/${PLAIN}?delete`,
    (inner: string) => `<Delete>${inner}</Delete>`,
  ],
  [
    'CompleteMultipartUpload',
    async () => {
      const started = await live.s3.send(new CreateMultipartUploadCommand({ Bucket: PLAIN, Key: 'k' }));
      return `${live.url}/${PLAIN}/k?uploadId=${started.UploadId}`;
    },
    (inner: string) => `<CompleteMultipartUpload>${inner}</CompleteMultipartUpload>`,
  ],
])('%s', (_, target, wrap) => {
  it.each([
    ['entities that grow without end', BOMB + wrap('<Object><Key>&e12;</Key></Object>')],
    ['an entity of a file', FILE + wrap('<Object><Key>&e12;</Key></Object>')],
    ['elements nested without end', wrap('<a>'.repeat(DEEP) + '</a>'.repeat(DEEP))],
    ['a name of the prototype', wrap('<__proto__><polluted>1</polluted></__proto__>')],
    ['more entries than it takes', wrap('<Object><Key>k</Key></Object>'.repeat(10_001))],
    ['a document of 20 MB', wrap('<Object><Key>k</Key></Object>'.repeat(700_000))],
    ['no XML', '{"Objects":[]}'],
    ['half a document', '<Delete><Object>'],
  ])('refuses %s', async (_, body) => {
    const before = performance.now();
    const answer = await signedFetch(await target(), { method: 'POST', body });
    expect([400, 413]).toContain(answer.status);
    const text = await answer.text();
    expect(text).not.toMatch(LEAK);
    expect(text).not.toContain('root:');
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    expect(performance.now() - before).toBeLessThan(3_000);
  });
});

describe('SQS', () => {
  const nested = `{"QueueUrl":${'['.repeat(DEEP)}${']'.repeat(DEEP)}}`;
  it.each([
    ['JSON nested without end', 'application/x-amz-json-1.0', nested],
    ['JSON that ends too soon', 'application/x-amz-json-1.0', '['.repeat(DEEP)],
    ['no object', 'application/x-amz-json-1.0', 'null'],
    ['a name of the prototype', 'application/x-amz-json-1.0', '{"__proto__":{"QueueUrl":"work"}}'],
    [
      'a form nested without end',
      'application/x-www-form-urlencoded',
      `Action=SendMessage&${'a.'.repeat(DEEP)}b=c`,
    ],
    [
      'a form with a name of the prototype',
      'application/x-www-form-urlencoded',
      'Action=SendMessage&__proto__.polluted=1',
    ],
    ['7 MB', 'application/x-amz-json-1.0', `"${'x'.repeat(7 * 2 ** 20)}"`],
  ])('refuses %s', async (_, type, body) => {
    const target = type.includes('json') ? { 'x-amz-target': 'AmazonSQS.SendMessage' } : {};
    const headers = { 'content-type': type, ...target };
    const answer = await signedFetch(`${live.url}/`, { method: 'POST', service: 'sqs', headers, body });
    expect([400, 413]).toContain(answer.status);
    expect(await answer.text()).not.toMatch(LEAK);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });
});

describe('DynamoDB', () => {
  it.each([
    ['a value nested without end', `{"TableName":"log","Item":${'{"M":'.repeat(DEEP)}1${'}'.repeat(DEEP)}}`],
    ['a table that is a nest', `{"TableName":${'['.repeat(DEEP)}${']'.repeat(DEEP)}}`],
  ])('refuses %s, before the server behind would walk it', async (_, body) => {
    const headers = {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'DynamoDB_20120810.PutItem',
    };
    const answer = await signedFetch(`${live.url}/`, { method: 'POST', service: 'dynamodb', headers, body });
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('SerializationException');
  });
});
