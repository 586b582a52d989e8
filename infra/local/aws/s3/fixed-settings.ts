import { xmlAnswer } from './answers.ts';
import type { Operation } from './call.ts';
import { type S3ErrorCode, s3Error } from './errors.ts';
import type { SettingContent } from './settings.ts';
import { findBucket } from './versions.ts';

interface FixedSetting {
  /** AWS's name of asking for it. */
  readonly get: string;
  /** What it is for every bucket: an error where it is not set. */
  readonly told: S3ErrorCode | readonly [root: string, content: SettingContent];
}

/** Settings that clients ask for and that no bucket here can change, by their query parameter. */
export const FIXED_SETTINGS: Readonly<Record<string, FixedSetting>> = {
  accelerate: { get: 'GetBucketAccelerateConfiguration', told: ['AccelerateConfiguration', {}] },
  logging: { get: 'GetBucketLogging', told: ['BucketLoggingStatus', {}] },
  'object-lock': { get: 'GetObjectLockConfiguration', told: 'ObjectLockConfigurationNotFoundError' },
  replication: { get: 'GetBucketReplication', told: 'ReplicationConfigurationNotFoundError' },
  requestPayment: {
    get: 'GetBucketRequestPayment',
    told: ['RequestPaymentConfiguration', { Payer: 'BucketOwner' }],
  },
  website: { get: 'GetBucketWebsite', told: 'NoSuchWebsiteConfiguration' },
};

export function fixedSetting({ told }: FixedSetting): Operation {
  return ({ db }, { bucket }) => {
    findBucket(db, bucket);
    if (typeof told !== 'string') return xmlAnswer(...told);
    throw s3Error(told, undefined, { detail: { BucketName: bucket } });
  };
}
