import { xmlAnswer } from './answers.ts';
import type { Operation } from './call.ts';
import { type S3ErrorCode, s3Error } from './errors.ts';
import { findBucket } from './versions.ts';

/** Settings that no bucket of ours has, by their query parameter, and what S3 says where they are not set. */
export const ABSENT_SETTINGS = {
  cors: 'NoSuchCORSConfiguration',
  encryption: 'ServerSideEncryptionConfigurationNotFoundError',
  lifecycle: 'NoSuchLifecycleConfiguration',
  'object-lock': 'ObjectLockConfigurationNotFoundError',
  ownershipControls: 'OwnershipControlsNotFoundError',
  policy: 'NoSuchBucketPolicy',
  publicAccessBlock: 'NoSuchPublicAccessBlockConfiguration',
  replication: 'ReplicationConfigurationNotFoundError',
  tagging: 'NoSuchTagSet',
  website: 'NoSuchWebsiteConfiguration',
} as const satisfies Record<string, S3ErrorCode>;

/** Settings that S3 always tells, and their usual content. */
export const USUAL_SETTINGS = {
  accelerate: ['AccelerateConfiguration', {}],
  logging: ['BucketLoggingStatus', {}],
  requestPayment: ['RequestPaymentConfiguration', { Payer: 'BucketOwner' }],
} as const satisfies Record<string, readonly [root: string, content: Record<string, string>]>;

export function absentSetting(code: S3ErrorCode): Operation {
  return ({ db }, { bucket }) => {
    findBucket(db, bucket);
    throw s3Error(code, undefined, { detail: { BucketName: bucket } });
  };
}

export function usualSetting([root, content]: readonly [
  string,
  Readonly<Record<string, string>>,
]): Operation {
  return ({ db }, { bucket }) => {
    findBucket(db, bucket);
    return xmlAnswer(root, content);
  };
}
