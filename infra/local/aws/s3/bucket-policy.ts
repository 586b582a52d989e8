import * as z from 'zod/mini';
import { readPolicy as readDocument } from '../../../policy/policy.ts';
import type { Answer } from '../answer.ts';
import { readTextBody, xmlAnswer } from './answers.ts';
import type { S3Call, S3Context } from './call.ts';
import { s3Error } from './errors.ts';
import { keepSetting, readSetting, type SettingContent } from './settings.ts';
import { findBucket } from './versions.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html */
const MAX_POLICY_BYTES = 20 * 1024;

const principal = z.union([z.string(), z.record(z.string(), z.union([z.string(), z.array(z.string())]))]);
const statement = z.looseObject({
  Effect: z.enum(['Allow', 'Deny']),
  Principal: z.optional(principal),
  Condition: z.optional(z.unknown()),
});
const policy = z.looseObject({
  Version: z.optional(z.enum(['2012-10-17', '2008-10-17'])),
  Statement: z.union([z.array(statement).check(z.minLength(1)), statement]),
});

type Policy = z.infer<typeof policy>;

/** A policy is kept and given back to the letter, and enforced: one that is not understood is refused. https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html */
export async function putBucketPolicy(s3: S3Context, call: S3Call): Promise<Answer> {
  const text = await readTextBody(call);
  findBucket(s3.db, call.bucket);
  if (Buffer.byteLength(text) > MAX_POLICY_BYTES) throw s3Error('PolicyTooLarge');
  const block = readSetting<SettingContent>(s3.db, call.bucket, 'publicAccessBlock');
  if (isPublic(readPolicy(text)) && block?.BlockPublicPolicy === 'true') {
    throw s3Error(
      'AccessDenied',
      'Public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.',
    );
  }
  keepSetting(s3.db, call.bucket, { name: 'policy', content: text });
  return { status: 204 };
}

export function getBucketPolicy(s3: S3Context, { bucket }: S3Call): Answer {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: policyOf(s3, bucket) };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketPolicyStatus.html */
export function getBucketPolicyStatus(s3: S3Context, { bucket }: S3Call): Answer {
  return xmlAnswer('PolicyStatus', { IsPublic: isPublic(readPolicy(policyOf(s3, bucket))) });
}

/** The text of a bucket's policy. Throws NoSuchBucketPolicy. */
function policyOf({ db }: S3Context, bucket: string): string {
  findBucket(db, bucket);
  const text = readSetting<string>(db, bucket, 'policy');
  if (text !== undefined) return text;
  throw s3Error('NoSuchBucketPolicy', undefined, { detail: { BucketName: bucket } });
}

function readPolicy(text: string): Policy {
  try {
    const document: unknown = JSON.parse(text);
    readDocument(document, 'resource');
    return policy.parse(document);
  } catch (error) {
    const isJson = error instanceof Error && !(error instanceof SyntaxError);
    throw s3Error('MalformedPolicy', isJson ? error.message : undefined);
  }
}

/** Whether anybody at all is allowed something, and under no condition. */
function isPublic({ Statement }: Policy): boolean {
  return [Statement]
    .flat()
    .some(
      ({ Effect, Principal, Condition }) =>
        Effect === 'Allow' && Condition === undefined && [valuesOf(Principal)].flat().includes('*'),
    );
}

function valuesOf(one: z.infer<typeof principal> | undefined): readonly string[] {
  return typeof one === 'object' ? Object.values(one).flat() : [one ?? ''];
}
