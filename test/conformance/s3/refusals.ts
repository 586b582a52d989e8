import assert from 'node:assert/strict';
import {
  GetObjectCommand,
  GetObjectLegalHoldCommand,
  GetObjectTorrentCommand,
  ListBucketAnalyticsConfigurationsCommand,
  ListBucketInventoryConfigurationsCommand,
  ListBucketMetricsConfigurationsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
  RestoreObjectCommand,
  SelectObjectContentCommand,
} from '@aws-sdk/client-s3';
import { answers, type Case, feature, refused } from '../case.ts';
import { changing, keepVersions, put, read, type S3World, signedUrl } from './world.ts';

type Ask = (on: S3World) => Promise<unknown>;

/** What S3 has and we have not: it is told, and never taken for something else. */
const NOT_HERE: Readonly<Record<string, Ask>> = {
  torrent: ({ s3, bucket: Bucket }) => s3.send(new GetObjectTorrentCommand({ Bucket, Key: 'key' })),
  'legal-hold': ({ s3, bucket: Bucket }) => s3.send(new GetObjectLegalHoldCommand({ Bucket, Key: 'key' })),
  'put-legal-hold': ({ s3, bucket: Bucket }) =>
    s3.send(new PutObjectLegalHoldCommand({ Bucket, Key: 'key', LegalHold: { Status: 'ON' } })),
  restore: ({ s3, bucket: Bucket }) =>
    s3.send(new RestoreObjectCommand({ Bucket, Key: 'key', RestoreRequest: { Days: 1 } })),
  select: ({ s3, bucket: Bucket }) =>
    s3.send(
      new SelectObjectContentCommand({
        ...{ Bucket, Key: 'key', Expression: 'select * from s3object', ExpressionType: 'SQL' },
        ...{ InputSerialization: { CSV: {} }, OutputSerialization: { CSV: {} } },
      }),
    ),
  analytics: ({ s3, bucket: Bucket }) => s3.send(new ListBucketAnalyticsConfigurationsCommand({ Bucket })),
  inventory: ({ s3, bucket: Bucket }) => s3.send(new ListBucketInventoryConfigurationsCommand({ Bucket })),
  metrics: ({ s3, bucket: Bucket }) => s3.send(new ListBucketMetricsConfigurationsCommand({ Bucket })),
};

/** What is put with a wish that nobody here could keep. */
const WISHES = {
  'customer-key': { SSECustomerAlgorithm: 'AES256', SSECustomerKey: 'k'.repeat(32) },
  'kms-key': { ServerSideEncryption: 'aws:kms' },
  lock: { ObjectLockMode: 'COMPLIANCE', ObjectLockRetainUntilDate: new Date('2099-01-01') },
} as const;

export const REFUSALS: readonly Case<S3World>[] = feature('refusal', [
  ...Object.entries(NOT_HERE).map(([id, ask]) => ({
    id,
    what: `${id.replace('-', ' ')} is refused as not implemented, and changes nothing`,
    async run(on: S3World) {
      await put(on, 'key');
      const codes = ['NotImplemented', 'MethodNotAllowed', 'InvalidRequest', '501', 'UnknownError'];
      await refused(ask(on), codes);
      assert.equal(await read(on, 'key'), 'content');
    },
  })),
  ...Object.entries(WISHES).map(([id, wish]) => ({
    id: `wish-${id}`,
    what: `a put that wishes for a ${id.replace('-', ' ')} is refused rather than ignored`,
    async run(on: S3World) {
      const call = on.s3.send(new PutObjectCommand({ Bucket: on.bucket, Key: 'key', Body: 'x', ...wish }));
      await refused(call, ['NotImplemented', 'InvalidRequest', 'InvalidArgument']);
      await refused(read(on, 'key'), 'NoSuchKey');
    },
  })),
  {
    id: 'unknown-parameter',
    what: 'a parameter that S3 does not have does not become another operation',
    async run(on) {
      await put(on, 'key', 'kept');
      const client = changing(on, ({ query }) => Object.assign(query, { uploader: '' }));
      await refused(put({ ...on, s3: client }, 'key', 'overwritten'), 'NotImplemented', 501);
      assert.equal(await read(on, 'key'), 'kept');
    },
  },
  {
    id: 'document',
    what: 'an error is a document with code, message, resource and request id, which a header has too',
    async run(on) {
      const answer = await fetch(
        await signedUrl(on, new GetObjectCommand({ Bucket: on.bucket, Key: 'absent' })),
      );
      const id = answer.headers.get('x-amz-request-id');
      assert.match(answer.headers.get('content-type') ?? '', /^application\/xml/);
      const text = await answers(answer, 404, 'NoSuchKey');
      assert.match(text, /<Message>.+<\/Message>/);
      assert.match(text, /<Key>absent<\/Key>/);
      assert.ok(id && text.includes(`<RequestId>${id}</RequestId>`));
    },
  },
  {
    id: 'malformed-xml',
    what: 'a document that is none is refused',
    async run(on) {
      const client = changing(on, (request) => Object.assign(request, { body: '<Versioning' }));
      await refused(keepVersions({ ...on, s3: client }), 'MalformedXML', 400);
    },
  },
  {
    id: 'bad-encoding-type',
    what: 'an encoding of keys that there is not is refused',
    async run(on) {
      const client = changing(on, ({ query }) => Object.assign(query, { 'encoding-type': 'other' }));
      await refused(client.send(new ListObjectsV2Command({ Bucket: on.bucket })), 'InvalidArgument', 400);
    },
  },
]);
