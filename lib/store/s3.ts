import { S3Client, S3ServiceException } from '@aws-sdk/client-s3';

/** A client for both buckets. Endpoint, region and credentials come from the environment, here as on Lambda. */
export function createS3(): S3Client {
  return new S3Client({
    maxAttempts: 4,
    requestHandler: { connectionTimeout: 3_000, requestTimeout: 30_000, throwOnRequestTimeout: true },
  });
}

/** Nothing there: a missing key or version, or a delete marker (405 on a version of its own). */
export function isMissing(error: unknown): boolean {
  return hasStatus(error, 404, 405) && nameOf(error) !== 'NoSuchBucket';
}

/** The object is not, or no longer, what the condition said: read again. 404 is S3's answer to If-Match on a missing key. */
export function isChanged(error: unknown): boolean {
  return hasStatus(error, 404, 409, 412) && nameOf(error) !== 'NoSuchBucket';
}

export async function orUndefined<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function hasStatus(error: unknown, ...statuses: readonly number[]): boolean {
  return error instanceof S3ServiceException && statuses.includes(error.$metadata.httpStatusCode ?? 0);
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}
