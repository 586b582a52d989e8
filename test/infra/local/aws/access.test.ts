import {
  AbortMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteBucketPolicyCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { SendMessageBatchCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { userKey } from '../../../../infra/local/aws/access/access-key.ts';
import { readPolicy } from '../../../../infra/policy/policy.ts';
import { type LiveEndpoint, liveEndpoint, PLAIN, VERSIONED, WORK } from './live-endpoint.ts';

const BUCKET = `arn:aws:s3:::${PLAIN}`;
const allow = (Action: string | string[], Resource: string | string[], more: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
});

/** Keys of this name and secret, and what each may do. */
const KEYS: Readonly<Record<string, readonly object[]>> = {
  reader: [allow('s3:GetObject', `${BUCKET}/*`)],
  lister: [
    allow('s3:GetObject', `${BUCKET}/*`),
    allow('s3:ListBucket', BUCKET, { Condition: { StringLike: { 's3:prefix': 'trip/*' } } }),
  ],
  knower: [allow(['s3:GetObject', 's3:ListBucket'], [BUCKET, `${BUCKET}/*`])],
  writer: [allow('s3:PutObject', `${BUCKET}/incoming/*`)],
  comparer: [allow(['s3:PutObject', 's3:GetObject'], `${BUCKET}/*`)],
  remover: [allow('s3:DeleteObject', `${BUCKET}/trip/*`)],
  denied: [allow('*', '*'), { Effect: 'Deny', Action: 's3:DeleteObject', Resource: '*' }],
  sender: [allow('sqs:SendMessage', WORK.arn)],
};

/** What the template says of the plain bucket. */
const TEMPLATE = JSON.stringify({
  Statement: { Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: `${BUCKET}/vault/*` },
});

let endpoint: LiveEndpoint;
const clients: { destroy(): void }[] = [];

beforeAll(async () => {
  endpoint = await liveEndpoint({
    findKey(id) {
      const policy = KEYS[id] && readPolicy({ Statement: KEYS[id] }, 'identity');
      return policy && userKey(id, { accountId: '000000000000', secret: `${id}-secret`, policy });
    },
    buckets: [
      { name: PLAIN, versioned: false, notifications: [], settings: { policy: TEMPLATE } },
      { name: VERSIONED, versioned: true, notifications: [] },
    ],
  });
  for (const Key of ['trip/cat.jpg', 'other/dog.jpg']) {
    await endpoint.s3.send(new PutObjectCommand({ Bucket: PLAIN, Key, Body: 'x' }));
  }
});
afterAll(async () => {
  for (const client of clients) client.destroy();
  await endpoint.end();
});

function as(name: string): S3Client {
  return endpoint.s3With({ credentials: { accessKeyId: name, secretAccessKey: `${name}-secret` } });
}

function sqsAs(name: string): SQSClient {
  const credentials = { accessKeyId: name, secretAccessKey: `${name}-secret` };
  const client = new SQSClient({ endpoint: endpoint.url, region: 'us-east-1', credentials, maxAttempts: 1 });
  clients.push(client);
  return client;
}

const refused = { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } };
const cat = { Bucket: PLAIN, Key: 'trip/cat.jpg' };

describe('a key of limited use', () => {
  it('does what its policy allows', async () => {
    await expect(as('reader').send(new GetObjectCommand(cat))).resolves.toBeDefined();
    const upload = new PutObjectCommand({ Bucket: PLAIN, Key: 'incoming/a', Body: 'x' });
    await expect(as('writer').send(upload)).resolves.toBeDefined();
  });

  it('is told who may not do what, on what, and why', async () => {
    const upload = as('reader').send(new PutObjectCommand({ ...cat, Body: 'x' }));
    await expect(upload).rejects.toMatchObject({
      ...refused,
      message: `User: arn:aws:iam::000000000000:user/reader is not authorized to perform: s3:PutObject on resource: "${BUCKET}/trip/cat.jpg" because no identity-based policy allows the s3:PutObject action`,
    });
    const removal = as('denied').send(new DeleteObjectCommand(cat));
    await expect(removal).rejects.toThrow('with an explicit deny in an identity-based policy');
    await expect(endpoint.s3.send(new GetObjectCommand({ Bucket: PLAIN, Key: 'vault/a' }))).rejects.toThrow(
      'with an explicit deny in a resource-based policy',
    );
  });

  it.each<[string, (s3: S3Client) => Promise<unknown>]>([
    ['writer', (s3) => s3.send(new PutObjectCommand({ ...cat, Body: 'x' }))],
    ['writer', (s3) => s3.send(new GetObjectCommand({ Bucket: PLAIN, Key: 'incoming/a' }))],
    ['writer', (s3) => s3.send(new CreateMultipartUploadCommand(cat))],
    ['writer', (s3) => s3.send(new UploadPartCommand({ ...cat, UploadId: 'u', PartNumber: 1, Body: 'x' }))],
    ['writer', (s3) => s3.send(new AbortMultipartUploadCommand({ ...cat, UploadId: 'u' }))],
    [
      'writer',
      (s3) => s3.send(new PutObjectCommand({ Bucket: PLAIN, Key: 'incoming/b', Tagging: 'a=b', Body: 'x' })),
    ],
    ['reader', (s3) => s3.send(new GetObjectCommand({ ...cat, VersionId: 'null' }))],
    ['reader', (s3) => s3.send(new GetObjectCommand({ ...cat, Bucket: VERSIONED }))],
    ['reader', (s3) => s3.send(new ListObjectsV2Command({ Bucket: PLAIN }))],
    ['reader', (s3) => s3.send(new ListBucketsCommand({}))],
    ['lister', (s3) => s3.send(new ListObjectsV2Command({ Bucket: PLAIN }))],
    ['lister', (s3) => s3.send(new ListObjectsV2Command({ Bucket: PLAIN, Prefix: 'other/' }))],
  ])('%s may not: %s', async (name, act) => {
    await expect(act(as(name))).rejects.toMatchObject(refused);
  });

  it('lists below the prefix that it may list', async () => {
    const { KeyCount } = await as('lister').send(
      new ListObjectsV2Command({ Bucket: PLAIN, Prefix: 'trip/' }),
    );
    expect(KeyCount).toBe(1);
  });
});

describe('S3’s own manners:', () => {
  const missing = { Bucket: PLAIN, Key: 'trip/gone.jpg' };

  it('who may list learns that a key is missing, who may not hears that it is forbidden', async () => {
    await expect(as('knower').send(new GetObjectCommand(missing))).rejects.toMatchObject({
      name: 'NoSuchKey',
    });
    await expect(as('reader').send(new GetObjectCommand(missing))).rejects.toMatchObject(refused);
    const head = { $metadata: { httpStatusCode: 403 } };
    await expect(as('reader').send(new HeadObjectCommand(missing))).rejects.toMatchObject(head);
    await expect(as('lister').send(new GetObjectCommand(missing))).rejects.toMatchObject(refused);
  });

  it('a copy needs to read its source, and learns as little of a missing one', async () => {
    const copy = (CopySource: string, Key = 'incoming/copy') =>
      new CopyObjectCommand({ Bucket: PLAIN, Key, CopySource });
    await expect(as('comparer').send(copy(`${PLAIN}/trip/cat.jpg`))).resolves.toBeDefined();
    await expect(as('writer').send(copy(`${PLAIN}/trip/cat.jpg`))).rejects.toThrow('s3:GetObject');
    await expect(as('reader').send(copy(`${PLAIN}/trip/cat.jpg`))).rejects.toThrow('s3:PutObject');
    await expect(as('comparer').send(copy(`${PLAIN}/trip/gone.jpg`))).rejects.toThrow('s3:ListBucket');
  });

  it('an upload that compares an ETag needs to read', async () => {
    const upload = { Bucket: PLAIN, Key: 'incoming/compared', Body: 'x' };
    const { ETag } = await as('writer').send(new PutObjectCommand(upload));
    await expect(as('writer').send(new PutObjectCommand({ ...upload, IfMatch: ETag }))).rejects.toThrow(
      's3:GetObject',
    );
    await expect(
      as('comparer').send(new PutObjectCommand({ ...upload, IfMatch: ETag })),
    ).resolves.toBeDefined();
    const again = as('writer').send(new PutObjectCommand({ ...upload, IfNoneMatch: '*' }));
    await expect(again).rejects.toMatchObject({ name: 'PreconditionFailed' });
  });

  it('of many to be deleted each is refused by itself', async () => {
    await endpoint.s3.send(new PutObjectCommand({ Bucket: PLAIN, Key: 'trip/old.jpg', Body: 'x' }));
    const Objects = [{ Key: 'trip/old.jpg' }, { Key: 'other/dog.jpg' }, { Key: 'trip/a', VersionId: 'null' }];
    const { Deleted, Errors } = await as('remover').send(
      new DeleteObjectsCommand({ Bucket: PLAIN, Delete: { Objects } }),
    );
    expect(Deleted).toMatchObject([{ Key: 'trip/old.jpg' }]);
    expect(Errors).toMatchObject([
      { Key: 'other/dog.jpg', Code: 'AccessDenied', Message: expect.stringContaining('s3:DeleteObject on') },
      { Key: 'trip/a', Code: 'AccessDenied', Message: expect.stringContaining('s3:DeleteObjectVersion') },
    ]);
  });
});

describe('a policy that a bucket is given over the wire', () => {
  const give = (statement: object) =>
    endpoint.s3.send(
      new PutBucketPolicyCommand({
        Bucket: VERSIONED,
        Policy: JSON.stringify({ Version: '2012-10-17', Statement: statement }),
      }),
    );
  const objects = `arn:aws:s3:::${VERSIONED}/*`;
  const upload = () => as('reader').send(new PutObjectCommand({ Bucket: VERSIONED, Key: 'a', Body: 'x' }));

  it('counts from the next call on until it is removed', async () => {
    await expect(upload()).rejects.toMatchObject(refused);
    await give({
      ...allow('s3:PutObject', objects),
      Principal: { AWS: 'arn:aws:iam::000000000000:user/reader' },
    });
    await expect(upload()).resolves.toBeDefined();
    await endpoint.s3.send(new DeleteBucketPolicyCommand({ Bucket: VERSIONED }));
    await expect(upload()).rejects.toMatchObject(refused);
  });

  it('can lock out everybody, and the owner can mend that', async () => {
    const Resource = [objects, `arn:aws:s3:::${VERSIONED}`];
    await give({ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource });
    const read = () => endpoint.s3.send(new ListObjectsV2Command({ Bucket: VERSIONED }));
    await expect(read()).rejects.toMatchObject(refused);
    const mend = new DeleteBucketPolicyCommand({ Bucket: VERSIONED });
    await expect(as('denied').send(mend)).rejects.toMatchObject(refused);
    await endpoint.s3.send(mend);
    await expect(read()).resolves.toBeDefined();
  });

  it('stands in place of what the template says', async () => {
    const vault = () => endpoint.s3.send(new PutObjectCommand({ Bucket: PLAIN, Key: 'vault/a', Body: 'x' }));
    await expect(vault()).rejects.toMatchObject(refused);
    await endpoint.s3.send(new DeleteBucketPolicyCommand({ Bucket: PLAIN }));
    await expect(vault()).resolves.toBeDefined();
    await endpoint.s3.send(new PutBucketPolicyCommand({ Bucket: PLAIN, Policy: TEMPLATE }));
    await expect(vault()).rejects.toMatchObject(refused);
  });

  it('that cannot be enforced is refused', async () => {
    const statement = { ...allow('s3:GetObject', objects), NotPrincipal: '*' };
    await expect(give(statement)).rejects.toMatchObject({
      name: 'MalformedPolicy',
      message: expect.stringContaining('NotPrincipal'),
    });
  });
});

describe('what a limited key signs in advance', () => {
  it('as a URL does no more than the key may', async () => {
    const url = (Key: string) => getSignedUrl(as('writer'), new PutObjectCommand({ Bucket: PLAIN, Key }));
    expect((await fetch(await url('incoming/u'), { method: 'PUT', body: 'x' })).status).toBe(200);
    expect((await fetch(await url('elsewhere/u'), { method: 'PUT', body: 'x' })).status).toBe(403);
  });

  it('as a URL counts, whatever Basic credentials a client sends along', async () => {
    const url = await getSignedUrl(as('reader'), new GetObjectCommand(cat));
    const headers = { authorization: `Basic ${btoa('somebody:else')}` };
    expect((await fetch(url, { headers })).status).toBe(200);
    const missing = await getSignedUrl(as('reader'), new GetObjectCommand({ ...cat, Key: 'trip/gone.jpg' }));
    expect((await fetch(missing, { headers })).status).toBe(403);
  });

  it('as a form stores only where the key may', async () => {
    const post = async (key: string) => {
      const { url, fields } = await createPresignedPost(as('writer'), { Bucket: PLAIN, Key: key });
      const form = new FormData();
      for (const [name, value] of Object.entries(fields)) form.set(name, value);
      form.set('file', new Blob(['x']));
      return (await fetch(url, { method: 'POST', body: form })).status;
    };
    expect(await post('incoming/form')).toBe(204);
    expect(await post('elsewhere/form')).toBe(403);
  });
});

describe('SQS', () => {
  const QueueUrl = () => `${endpoint.url}/000000000000/${WORK.name}`;
  const Entries = [{ Id: 'a', MessageBody: 'x' }];

  it('lets a batch through with the permission of the single one', async () => {
    await sqsAs('sender').send(new SendMessageCommand({ QueueUrl: QueueUrl(), MessageBody: 'x' }));
    const batch = new SendMessageBatchCommand({ QueueUrl: QueueUrl(), Entries });
    await expect(sqsAs('sender').send(batch)).resolves.toMatchObject({ Successful: [{ Id: 'a' }] });
  });

  it('refuses in its own words', async () => {
    const dead = `${endpoint.url}/000000000000/dead`;
    const send = sqsAs('sender').send(new SendMessageCommand({ QueueUrl: dead, MessageBody: 'x' }));
    await expect(send).rejects.toMatchObject({
      Error: { Code: 'AccessDenied' },
      message: expect.stringMatching(
        /^User: .*:user\/sender is not authorized to perform: sqs:sendmessage on resource: arn:aws:sqs:us-east-1:000000000000:dead because/,
      ),
    });
  });
});
