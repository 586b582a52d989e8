import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEAD, type LiveEndpoint, liveEndpoint, PLAIN, VERSIONED, WORK } from '../live-endpoint.ts';

const filtered = { events: ['s3:ObjectCreated:Put'], queueArn: DEAD.arn, prefix: 'in/', suffix: '.jpg' };
let live: LiveEndpoint;
beforeAll(async () => {
  const everything = { events: ['s3:ObjectCreated:*', 's3:ObjectRemoved:*'], queueArn: WORK.arn };
  live = await liveEndpoint({
    buckets: [
      { name: VERSIONED, versioned: true, notifications: [everything] },
      { name: PLAIN, versioned: false, notifications: [filtered] },
    ],
  });
});
afterAll(() => live.end());

describe('a change of a bucket', () => {
  it('is one message each, in the words of S3', async () => {
    const Key = 'trip/a b+ü(1).jpg';
    const at = { Bucket: VERSIONED, Key };
    const put = await live.s3.send(new PutObjectCommand({ ...at, Body: 'hello' }));
    const copy = await live.s3.send(
      new CopyObjectCommand({
        ...at,
        CopySource: encodeURIComponent(`${VERSIONED}/${Key}`),
        MetadataDirective: 'REPLACE',
      }),
    );
    const { UploadId } = await live.s3.send(new CreateMultipartUploadCommand(at));
    const { ETag } = await live.s3.send(
      new UploadPartCommand({ ...at, UploadId, PartNumber: 1, Body: 'part' }),
    );
    const MultipartUpload = { Parts: [{ ETag, PartNumber: 1 }] };
    await live.s3.send(new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload }));
    const marker = await live.s3.send(new DeleteObjectCommand(at));
    await live.s3.send(new DeleteObjectCommand({ ...at, VersionId: put.VersionId }));

    const records = await events(WORK.arn);
    expect(records.map(({ eventName }) => eventName)).toEqual([
      'ObjectCreated:Put',
      'ObjectCreated:Copy',
      'ObjectCreated:CompleteMultipartUpload',
      'ObjectRemoved:DeleteMarkerCreated',
      'ObjectRemoved:Delete',
    ]);
    expect(records[0]).toMatchObject({
      eventVersion: '2.1',
      eventSource: 'aws:s3',
      awsRegion: 'us-east-1',
      userIdentity: { principalId: 'AWS:darkroom' },
      requestParameters: { sourceIPAddress: '127.0.0.1' },
      s3: {
        bucket: { name: VERSIONED, arn: `arn:aws:s3:::${VERSIONED}` },
        object: {
          key: 'trip/a+b%2B%C3%BC%281%29.jpg',
          size: 5,
          eTag: '5d41402abc4b2a76b9719d911017c592',
          versionId: put.VersionId,
        },
      },
    });
    expect(records[1]?.s3.object.versionId).toBe(copy.VersionId);
    expect(records[3]?.s3.object.versionId).toBe(marker.VersionId);
    expect(records[4]?.s3.object).toMatchObject({ versionId: put.VersionId });
    const sequencers = records.map(({ s3 }) => s3.object.sequencer);
    expect([...sequencers].sort()).toEqual(sequencers);
    expect(new Set(sequencers).size).toBe(5);
  });

  it('is told only where its name and kind fit the filter', async () => {
    for (const Key of ['in/a.jpg', 'in/a.png', 'out/a.jpg']) {
      await live.s3.send(new PutObjectCommand({ Bucket: PLAIN, Key, Body: '' }));
    }
    await live.s3.send(new DeleteObjectCommand({ Bucket: PLAIN, Key: 'in/a.jpg' }));
    const records = await events(DEAD.arn);
    expect(records.map(({ s3 }) => s3.object.key)).toEqual(['in/a.jpg']);
    expect(records[0]?.s3.object).not.toHaveProperty('versionId');
  });

  it('that fails tells nobody', async () => {
    const put = new PutObjectCommand({ Bucket: VERSIONED, Key: 'x', Body: '', IfMatch: '"other"' });
    await expect(live.s3.send(put)).rejects.toThrow();
    await live.s3.send(new DeleteObjectCommand({ Bucket: VERSIONED, Key: 'x', VersionId: '0'.repeat(32) }));
    expect(await events(WORK.arn)).toEqual([]);
  });
});

interface EventRecord {
  readonly eventName: string;
  readonly s3: {
    readonly object: { readonly key: string; readonly versionId?: string; readonly sequencer: string };
  };
}

async function events(queueArn: string): Promise<EventRecord[]> {
  const received = await live.queues.receive(queueArn, { max: 10, waitMs: 0 });
  for (const { receiptHandle } of received) live.queues.delete(queueArn, receiptHandle);
  return received.flatMap(({ body }) => JSON.parse(body).Records);
}
