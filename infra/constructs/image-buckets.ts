import { Aws, RemovalPolicy } from 'aws-cdk-lib';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type BucketProps,
  type CfnBucket,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { nameOf, type Settings } from '../settings.ts';
import { allow } from './allow.ts';
import type { WorkQueue } from './work-queue.ts';

/** What happens to an upload that is worth knowing: it came, or it was removed. */
const EVENTS = ['s3:ObjectCreated:*', 's3:ObjectRemoved:*'];

const KEPT_PRIVATE = {
  blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
  objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
  encryption: BucketEncryption.S3_MANAGED,
  enforceSSL: true,
  removalPolicy: RemovalPolicy.RETAIN,
} as const satisfies BucketProps;

export interface ImageBucketsProps {
  readonly settings: Settings;
  /** Told of every upload and every removal. */
  readonly work: WorkQueue;
}

/** The uploads, each version of them, and what is made of them. A function gets what it needs of each, never the bucket. */
export class ImageBuckets extends Construct {
  readonly input: Bucket;
  readonly output: Bucket;

  constructor(scope: Construct, id: string, { settings, work }: ImageBucketsProps) {
    super(scope, id);
    const inputName = settings.inputBucket ?? bucketName(settings, 'input');
    const outputName = settings.outputBucket ?? bucketName(settings, 'output');
    this.input = new Bucket(this, 'Input', { ...KEPT_PRIVATE, bucketName: inputName, versioned: true });
    this.output = new Bucket(this, 'Output', { ...KEPT_PRIVATE, bucketName: outputName });

    // Said on the bucket itself: CDK's `addEventNotification` would bring a custom resource with a function of its own.
    const bucket = this.input.node.defaultChild as CfnBucket;
    const queue = work.queue.queueArn;
    bucket.notificationConfiguration = { queueConfigurations: EVENTS.map((event) => ({ event, queue })) };
    bucket.node.addDependency(work.acceptEventsOf(inputName));
  }

  /** Read any version of an upload, and learn whether there is one. */
  grantReadUploads(grantee: IGrantable): void {
    allow(grantee, ['s3:GetObject', 's3:GetObjectVersion'], this.input.arnForObjects('*'));
    allow(grantee, ['s3:ListBucket'], this.input.bucketArn);
  }

  grantUpload(grantee: IGrantable): void {
    allow(grantee, ['s3:PutObject'], this.input.arnForObjects('*'));
  }

  /** Hide an upload behind a delete marker; its versions stay. */
  grantRemoveUploads(grantee: IGrantable): void {
    allow(grantee, ['s3:DeleteObject'], this.input.arnForObjects('*'));
  }

  grantReadOutputs(grantee: IGrantable): void {
    allow(grantee, ['s3:GetObject'], this.output.arnForObjects('*'));
    allow(grantee, ['s3:ListBucket'], this.output.bucketArn);
  }

  /** Write any output and remove what no longer holds. */
  grantReplaceOutputs(grantee: IGrantable): void {
    allow(grantee, ['s3:PutObject', 's3:DeleteObject'], this.output.arnForObjects('*'));
  }
}

function bucketName(settings: Settings, side: 'input' | 'output'): string {
  const name = nameOf(settings, side);
  return settings.target === 'here' ? name : `${name}-${Aws.ACCOUNT_ID}-${Aws.REGION}`;
}
