import { Duration } from 'aws-cdk-lib';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { Bucket, type CfnBucket, type CorsRule, HttpMethods, type LifecycleRule } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { KEPT_ON_DEMAND } from '../../lib/config.ts';
import { bucketNames, type Settings } from '../settings.ts';
import { AccessLogs } from './access-logs.ts';
import { allow, allowOnKeys } from './allow.ts';
import { privateBucket } from './private-bucket.ts';
import type { WorkQueue } from './work-queue.ts';

/** What happens to an upload that is worth knowing: it came, or it was removed. */
const EVENTS = ['s3:ObjectCreated:*', 's3:ObjectRemoved:*'];

/** Parts of an upload that nobody finished are paid for until somebody removes them. */
const STRAY_UPLOAD_DAYS = 7;

export interface ImageBucketsProps {
  readonly settings: Settings;
  /** Told of every upload and every removal. */
  readonly work: WorkQueue;
}

/** The uploads, each version of them, and what is made of them. A function gets what it needs of each, never the bucket. */
export class ImageBuckets extends Construct {
  readonly input: Bucket;
  readonly output: Bucket;
  /** By name: another stack imports nothing for it. */
  private readonly inputKeys: { readonly bucketName: string };
  private readonly outputKeys: { readonly bucketName: string };

  constructor(scope: Construct, id: string, { settings, work }: ImageBucketsProps) {
    super(scope, id);
    const names = bucketNames(settings);
    this.inputKeys = { bucketName: names.input };
    this.outputKeys = { bucketName: names.output };
    const common = { ...privateBucket(settings), versioned: true };
    this.input = new Bucket(this, 'Input', {
      ...common,
      bucketName: names.input,
      lifecycleRules: [strayUploads(), oldVersions(settings.oldVersionDays)],
      cors: uploadsFrom(settings.corsOrigins),
    });
    this.output = new Bucket(this, 'Output', {
      ...common,
      bucketName: names.output,
      lifecycleRules: [
        strayUploads(),
        oldVersions(settings.oldOutputDays),
        keptDerivations(settings.derivationDays),
      ],
    });

    const logs = new AccessLogs(this, 'AccessLogs', settings);
    logs.keepFor(this.input, 'input');
    logs.keepFor(this.output, 'output');

    // Said on the bucket itself: CDK's `addEventNotification` would bring a custom resource with a function of its own.
    const bucket = this.input.node.defaultChild as CfnBucket;
    const queue = work.queue.queueArn;
    bucket.notificationConfiguration = { queueConfigurations: EVENTS.map((event) => ({ event, queue })) };
    bucket.node.addDependency(work.acceptEventsOf(names.input));
  }

  /** Read any version of an upload, and learn whether there is one. */
  grantReadUploads(grantee: IGrantable): void {
    allowOnKeys(grantee, ['s3:GetObject', 's3:GetObjectVersion'], this.inputKeys);
    allow(grantee, ['s3:ListBucket'], this.input.bucketArn);
  }

  /** Learn which uploads there are, and of each version of them. To ask for one without its bytes is to be allowed to read it. */
  grantFindUploads(grantee: IGrantable): void {
    this.grantListVersions(grantee);
    allowOnKeys(grantee, ['s3:GetObject'], this.inputKeys);
    allow(grantee, ['s3:ListBucket'], this.input.bucketArn);
  }

  grantUpload(grantee: IGrantable): void {
    allowOnKeys(grantee, ['s3:PutObject'], this.inputKeys);
  }

  /** Hide an upload behind a delete marker; its versions stay. */
  grantRemoveUploads(grantee: IGrantable): void {
    allowOnKeys(grantee, ['s3:DeleteObject'], this.inputKeys);
  }

  /** Learn of every version that there is. */
  grantListVersions(grantee: IGrantable): void {
    allow(grantee, ['s3:ListBucketVersions'], this.input.bucketArn);
  }

  /** Take versions of an upload away for good. */
  grantPurgeUploads(grantee: IGrantable): void {
    allowOnKeys(grantee, ['s3:DeleteObjectVersion'], this.inputKeys);
  }

  grantReadOutputs(grantee: IGrantable): void {
    allowOnKeys(grantee, ['s3:GetObject'], this.outputKeys);
    allow(grantee, ['s3:ListBucket'], this.output.bucketArn);
  }

  /** Write any output, and remove what no longer holds. */
  grantReplaceOutputs(grantee: IGrantable): void {
    allowOnKeys(grantee, ['s3:PutObject'], this.outputKeys);
    this.grantKeepDerivations(grantee);
  }

  /** Write what was derived on demand, with its label, and remove what no longer holds: of an image that is gone, all outputs. */
  grantKeepDerivations(grantee: IGrantable): void {
    allowOnKeys(grantee, ['s3:PutObject', 's3:PutObjectTagging'], { ...this.outputKeys, prefix: 'derived/' });
    allowOnKeys(grantee, ['s3:DeleteObject'], this.outputKeys);
  }
}

function strayUploads(): LifecycleRule {
  return { id: 'stray-uploads', abortIncompleteMultipartUploadAfter: Duration.days(STRAY_UPLOAD_DAYS) };
}

/** With the last version its delete marker goes too. */
function oldVersions(days: number): LifecycleRule {
  return {
    id: 'old-versions',
    noncurrentVersionExpiration: Duration.days(days),
    expiredObjectDeleteMarker: true,
  };
}

/** They lie among the outputs of a pipeline, in the folder of their image, so that no prefix picks them: a tag does. */
function keptDerivations(days: number): LifecycleRule {
  return { id: 'kept-derivations', tagFilters: { ...KEPT_ON_DEMAND }, expiration: Duration.days(days) };
}

/** For forms and PUTs that the API signed. Who may upload is in the signature; the origin is the browser's own check. */
function uploadsFrom(allowedOrigins: readonly string[]): CorsRule[] {
  if (allowedOrigins.length === 0) return [];
  const allowedMethods = [HttpMethods.POST, HttpMethods.PUT];
  return [
    {
      ...{ allowedOrigins: [...allowedOrigins], allowedMethods, allowedHeaders: ['*'] },
      ...{ exposedHeaders: ['ETag', 'x-amz-version-id'], maxAge: 3_600 },
    },
  ];
}
