import type { S3ClientConfig } from '@aws-sdk/client-s3';

/** What the suite runs against. */
export interface Target {
  /** By which `differences.ts` knows it. */
  readonly implementation: string;
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** What its S3 needs to be spoken to. */
  readonly s3Config?: S3ClientConfig;
  close(): Promise<void>;
}

export const REGION = 'us-east-1';
