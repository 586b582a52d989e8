import {
  type CompletedPart,
  CompleteMultipartUploadCommand,
  type CompleteMultipartUploadCommandInput,
  type CompleteMultipartUploadCommandOutput,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  UploadPartCommand,
  type UploadPartCommandInput,
} from '@aws-sdk/client-s3';
import { present } from '../case.ts';
import type { S3World } from './world.ts';

/** Of all parts but the last. https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
export const MIN_PART_BYTES = 5 * 2 ** 20;

export async function beginUpload(
  { s3, bucket: Bucket }: S3World,
  Key: string,
  more: Partial<CreateMultipartUploadCommandInput> = {},
): Promise<string> {
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key, ...more }));
  return present(UploadId, 'the id of the upload');
}

/** Returns what completes the upload. */
export async function uploadPart(
  { s3, bucket: Bucket }: S3World,
  part: Omit<UploadPartCommandInput, 'Bucket'>,
): Promise<CompletedPart> {
  const { ETag, ...sums } = await s3.send(new UploadPartCommand({ Bucket, ...part }));
  const { ChecksumCRC32, ChecksumCRC32C, ChecksumCRC64NVME, ChecksumSHA1, ChecksumSHA256 } = sums;
  const { PartNumber } = part;
  return { PartNumber, ETag, ChecksumCRC32, ChecksumCRC32C, ChecksumCRC64NVME, ChecksumSHA1, ChecksumSHA256 };
}

export function completeUpload(
  { s3, bucket: Bucket }: S3World,
  {
    Parts,
    ...more
  }: Omit<CompleteMultipartUploadCommandInput, 'Bucket' | 'MultipartUpload'> & { Parts: CompletedPart[] },
): Promise<CompleteMultipartUploadCommandOutput> {
  return s3.send(new CompleteMultipartUploadCommand({ Bucket, MultipartUpload: { Parts }, ...more }));
}

/** Two parts, the first as small as it may be, under the key `key`; not completed yet. */
export async function twoParts(
  on: S3World,
  more: Partial<CreateMultipartUploadCommandInput> = {},
): Promise<{ Key: string; UploadId: string; Parts: [CompletedPart, CompletedPart] }> {
  const Key = 'key';
  const UploadId = await beginUpload(on, Key, more);
  const { ChecksumAlgorithm } = more;
  const part = (PartNumber: number, Body: Buffer) =>
    uploadPart(on, { Key, UploadId, PartNumber, Body, ChecksumAlgorithm });
  const Parts: [CompletedPart, CompletedPart] = [await part(1, FIRST), await part(2, SECOND)];
  return { Key, UploadId, Parts };
}

export const FIRST = Buffer.alloc(MIN_PART_BYTES, 'first ');
export const SECOND = Buffer.from('second');
