import { Aws, Duration, Validations } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Bucket, type CfnBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { bucketName, type Settings } from '../settings.ts';
import { privateBucket } from './private-bucket.ts';

/** Who asked a bucket for what, one line a request, as S3 itself tells it some hours later. One machine has no such logs. */
export class AccessLogs extends Construct {
  private readonly bucket: Bucket | undefined;

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id);
    if (settings.target === 'here') return;
    this.bucket = new Bucket(this, 'Bucket', {
      ...privateBucket(settings),
      bucketName: bucketName(settings, 'access-logs'),
      lifecycleRules: [{ id: 'old-lines', expiration: Duration.days(settings.logRetentionDays) }],
    });
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'It holds the access logs: each line about itself would be one more line, for ever.',
    });
  }

  /** Lets S3 write the lines about a bucket, under `name/`. */
  keepFor(bucket: Bucket, name: string): void {
    if (this.bucket === undefined) return;
    const cfnBucket = bucket.node.defaultChild as CfnBucket;
    cfnBucket.loggingConfiguration = {
      destinationBucketName: this.bucket.bucketName,
      logFilePrefix: `${name}/`,
    };
    this.bucket.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('logging.s3.amazonaws.com')],
        actions: ['s3:PutObject'],
        resources: [this.bucket.arnForObjects(`${name}/*`)],
        conditions: {
          ArnLike: { 'aws:SourceArn': bucket.bucketArn },
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
        },
      }),
    );
  }
}
