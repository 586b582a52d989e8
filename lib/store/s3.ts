import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { type GetObjectCommandOutput, S3Client, S3ServiceException } from '@aws-sdk/client-s3';

/** A client for both buckets. Endpoint, region and credentials come from the environment, here as on Lambda. */
export function createS3(): S3Client {
  return new S3Client({
    maxAttempts: 4,
    cacheMiddleware: true,
    requestHandler: { connectionTimeout: 3_000, requestTimeout: 30_000, throwOnRequestTimeout: true },
  });
}

/**
 * The body of an answer, whole. It goes into one buffer of the length that was told, piece by piece as they arrive: the SDK's own way
 * copies it more often, and an iterator takes a turn of the loop for each. Throws an Error, to be tried again, for a body that was cut
 * short, or is not what its checksum says.
 */
export async function bodyOf({ Body, ContentLength = 0 }: GetObjectCommandOutput): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(ContentLength);
  let arrived = 0;
  const stream = Body as Readable;
  stream.on('data', (piece: Uint8Array) => {
    if (arrived + piece.length <= ContentLength) bytes.set(piece, arrived);
    arrived += piece.length;
  });
  await finished(stream);
  if (arrived === ContentLength) return bytes;
  throw new Error(`${arrived} of ${ContentLength} bytes of a body arrived`);
}

/** Nothing there: a missing key or version, or a delete marker (405 on a version of its own). */
export function isMissing(error: unknown): boolean {
  return hasStatus(error, 404, 405) && nameOf(error) !== 'NoSuchBucket';
}

/** The object is not, or no longer, what the condition said: read again. 404 is S3's answer to If-Match on a missing key. */
export function isChanged(error: unknown): boolean {
  return hasStatus(error, 404, 409, 412) && nameOf(error) !== 'NoSuchBucket';
}

/** What was asked for can be nothing of S3's, such as a version id that it never gave. */
export function isInvalid(error: unknown): boolean {
  return hasStatus(error, 400);
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
