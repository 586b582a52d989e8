import { randomBytes } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  type GetObjectCommandInput,
  type HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  type PutObjectCommandOutput,
  S3Client,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { inTurns } from '../case.ts';
import type { Target } from '../target.ts';

/** What a case of S3 is given. */
export interface S3World {
  readonly target: Target;
  readonly s3: S3Client;
  /** New and empty; emptied and deleted when the case has ended. */
  readonly bucket: string;
  /** Another client of the same endpoint. */
  s3With(config: S3ClientConfig): S3Client;
}

export async function withBucket(target: Target, run: (on: S3World) => Promise<void>): Promise<void> {
  const clients: S3Client[] = [];
  const s3With = (config: S3ClientConfig): S3Client => {
    const client = new S3Client({ ...s3Config(target), ...config });
    clients.push(client);
    return client;
  };
  const on = { target, s3: s3With({}), bucket: `conformance-${randomBytes(8).toString('hex')}`, s3With };
  await on.s3.send(new CreateBucketCommand({ Bucket: on.bucket }));
  try {
    await run(on);
  } finally {
    await removeBucket(on, on.bucket);
    for (const client of clients) client.destroy();
  }
}

export function s3Config(target: Target): S3ClientConfig {
  const { endpoint, region, accessKeyId, secretAccessKey } = target;
  const credentials = { accessKeyId, secretAccessKey };
  return {
    endpoint,
    region,
    credentials,
    forcePathStyle: true,
    maxAttempts: 1,
    logger: QUIET,
    ...target.s3Config,
  };
}

/** The SDK has opinions on bodies that are streams. */
const QUIET = { trace() {}, debug() {}, info() {}, warn() {}, error() {} };

/**
 * A client whose requests leave otherwise than the SDK writes them, signed as they then are.
 * @param when before their checksums are made, or after
 */
export function changing(
  { s3With }: S3World,
  change: (request: HttpParts) => void,
  when: 'before' | 'after' = 'before',
): S3Client {
  const client = s3With({});
  const at = { step: when === 'before' ? 'serialize' : 'build', priority: 'low' };
  client.middlewareStack.add(
    (next) => (args) => {
      change(args.request as HttpParts);
      return next(args);
    },
    // Both steps are given the same, which their types do not say.
    at as { step: 'build'; priority: 'low' },
  );
  return client;
}

export interface HttpParts {
  readonly query: Record<string, string>;
  readonly headers: Record<string, string>;
  body?: unknown;
}

/** With all that it holds. One that is gone already is no failure. */
export async function removeBucket({ s3 }: Pick<S3World, 's3'>, Bucket: string): Promise<void> {
  try {
    const uploads = await s3.send(new ListMultipartUploadsCommand({ Bucket }));
    for (const { Key, UploadId } of uploads.Uploads ?? []) {
      await s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
    }
    const listed = await s3.send(new ListObjectVersionsCommand({ Bucket, EncodingType: 'url' }));
    const all = [...(listed.Versions ?? []), ...(listed.DeleteMarkers ?? [])];
    await inTurns(all, 8, ({ Key = '', VersionId }) =>
      s3.send(new DeleteObjectCommand({ Bucket, Key: fromUrlEncoding(Key), VersionId })),
    );
    await s3.send(new DeleteBucketCommand({ Bucket }));
  } catch (error) {
    if (!(error instanceof Error && error.name === 'NoSuchBucket')) throw error;
  }
}

/** As EncodingType `url` writes keys: a form's encoding, where `+` is a space. */
export function fromUrlEncoding(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '));
}

export function put(
  { s3, bucket }: S3World,
  Key: string,
  Body: PutObjectCommandInput['Body'] = 'content',
  more: Partial<PutObjectCommandInput> = {},
): Promise<PutObjectCommandOutput> {
  return s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body, ...more }));
}

export async function read(
  { s3, bucket }: S3World,
  Key: string,
  more: Partial<GetObjectCommandInput> = {},
): Promise<string> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key, ...more }));
  return (await Body?.transformToString()) ?? '';
}

export async function keepVersions(
  { s3, bucket }: S3World,
  Status: 'Enabled' | 'Suspended' = 'Enabled',
): Promise<void> {
  await s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status } }));
}

type Presignable = DeleteObjectCommand | GetObjectCommand | HeadObjectCommand | PutObjectCommand;
export type SignedUrlOptions = NonNullable<Parameters<typeof getSignedUrl>[2]>;

/** A presigned URL: with it `fetch` sends what no SDK would, and shows the answer as it is. */
export function signedUrl(
  { s3 }: Pick<S3World, 's3'>,
  command: Presignable,
  options: SignedUrlOptions = {},
): Promise<string> {
  return getSignedUrl(s3, command as GetObjectCommand, { expiresIn: 300, ...options });
}
