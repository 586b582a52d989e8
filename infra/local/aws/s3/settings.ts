import type { Answer } from '../answer.ts';
import { xmlAnswer } from './answers.ts';
import type { Operation, S3Call, S3Context } from './call.ts';
import { type S3ErrorCode, s3Error } from './errors.ts';
import { readableVersion } from './get-object.ts';
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

/** Everything belongs to the account, and to nobody else: what a bucket without ACLs says of itself and of its objects. */
export function getAcl(s3: S3Context, { bucket, key, query }: S3Call): Answer {
  findBucket(s3.db, bucket);
  if (key !== '') readableVersion(s3, bucket, key, query.get('versionId'));
  const owner = { ID: s3.accountId, DisplayName: s3.accountId };
  const { body, ...answer } = xmlAnswer('AccessControlPolicy', {
    Owner: owner,
    AccessControlList: { Grant: { Grantee: owner, Permission: 'FULL_CONTROL' } },
  });
  const type = ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser"';
  return { ...answer, body: String(body).replace('<Grantee>', `<Grantee${type}>`) };
}
