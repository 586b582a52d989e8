import { BlockPublicAccess, BucketEncryption, type BucketProps, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import type { Settings } from '../settings.ts';
import { keptData } from './kept-data.ts';

/** What all buckets have in common: nobody from outside, no ACLs, encrypted, TLS 1.2 or later. */
export function privateBucket(settings: Settings) {
  return {
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    encryption: BucketEncryption.S3_MANAGED,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    ...keptData(settings),
  } as const satisfies BucketProps;
}
