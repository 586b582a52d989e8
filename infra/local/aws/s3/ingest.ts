import type { ChecksumName } from '../body/checksum.ts';
import { type BodyDigest, type VerifiedBody, verifiedBody } from '../body/verified.ts';
import type { S3Call, S3Context } from './call.ts';
import { s3Error } from './errors.ts';
import type { AfterCommit } from './notify.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html: of one PUT, and of one part. */
export const MAX_PUT_BYTES = 5 * 2 ** 30;

/** Content that is on disk and that no row holds yet. */
export interface Staged extends BodyDigest {
  readonly content: string;
}

/** Takes in the body of a call: on disk, and as it was said to be. */
export async function stageBody(
  s3: S3Context,
  call: S3Call,
  wanted: readonly ChecksumName[] = [],
): Promise<Staged> {
  const length = call.headers.get('content-length');
  if (length === undefined && !call.headers.has('transfer-encoding')) throw s3Error('MissingContentLength');
  const body = verifiedBody(call.body, { wanted, maxBytes: MAX_PUT_BYTES });
  return stage(s3, body);
}

export async function stage({ contents }: S3Context, { content, digest }: VerifiedBody): Promise<Staged> {
  const name = await contents.stage(content);
  return { content: name, ...digest() };
}

/** Commits what holds a staged content, on disk when it resolves; if that fails the content goes. */
export async function settle<T>(
  { db, contents }: S3Context,
  staged: Staged,
  work: (afterCommit: AfterCommit) => T,
): Promise<T> {
  try {
    return await db.soon((afterCommit) => {
      contents.adopt(staged.content, afterCommit);
      return work(afterCommit);
    });
  } catch (error) {
    contents.drop(staged.content);
    throw error;
  }
}
