import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetBucketLocationCommand,
  GetBucketVersioningCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEndpoint } from '../../../../../infra/local/aws/endpoint.ts';
import {
  endpointOptions,
  type LiveEndpoint,
  liveEndpoint,
  PLAIN,
  queueArn,
  VERSIONED,
} from '../live-endpoint.ts';

let live: LiveEndpoint;
beforeAll(async () => {
  live = await liveEndpoint();
});
afterAll(() => live.end());

describe('the buckets', () => {
  it('of the template are there, versioned as it says', async () => {
    const { Buckets } = await live.s3.send(new ListBucketsCommand({}));
    expect(Buckets?.map(({ Name }) => Name)).toEqual([PLAIN, VERSIONED]);
    const status = async (Bucket: string) =>
      (await live.s3.send(new GetBucketVersioningCommand({ Bucket }))).Status;
    expect(await Promise.all([PLAIN, VERSIONED].map(status))).toEqual([undefined, 'Enabled']);
    const { LocationConstraint } = await live.s3.send(new GetBucketLocationCommand({ Bucket: PLAIN }));
    expect(LocationConstraint).toBeFalsy();
  });

  it('are made, and removed once they are empty', async () => {
    const Bucket = 'made-bucket';
    await live.s3.send(new CreateBucketCommand({ Bucket }));
    await live.s3.send(new CreateBucketCommand({ Bucket }));
    await live.s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: '' }));
    await expect(live.s3.send(new DeleteBucketCommand({ Bucket }))).rejects.toMatchObject({
      name: 'BucketNotEmpty',
    });
    await live.s3.send(new DeleteObjectCommand({ Bucket, Key: 'k' }));
    await live.s3.send(new DeleteBucketCommand({ Bucket }));
    await expect(live.s3.send(new HeadBucketCommand({ Bucket }))).rejects.toMatchObject({ name: 'NotFound' });
    const put = live.s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: '' }));
    await expect(put).rejects.toMatchObject({ name: 'NoSuchBucket' });
  });

  it.each(['UPPER', 'ab', 'a..b', '127.0.0.1', 'a_b'])('are not named %s', async (Bucket) => {
    await expect(live.s3.send(new CreateBucketCommand({ Bucket }))).rejects.toMatchObject({
      name: 'InvalidBucketName',
    });
  });

  it('that notify a queue which is not there keep the endpoint from starting', async () => {
    const notifications = [{ events: ['s3:ObjectCreated:*'], queueArn: queueArn('none') }];
    const start = startEndpoint({
      ...endpointOptions('/nowhere'),
      buckets: [{ name: 'bucket', versioned: false, notifications }],
    });
    await expect(start).rejects.toThrow('Bucket bucket notifies');
  });
});
