import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { FirstUser } from '../constructs/first-user.ts';
import { ImageBuckets } from '../constructs/image-buckets.ts';
import { LogTable } from '../constructs/log-table.ts';
import { SigningKey } from '../constructs/signing-key.ts';
import { WorkQueue } from '../constructs/work-queue.ts';
import type { Settings } from '../settings.ts';

export interface DataStackProps extends StackProps {
  readonly settings: Settings;
}

/** All that must outlive a deployment: the pictures, the log, the work that waits, and the first user's credentials. */
export class DataStack extends Stack {
  readonly images: ImageBuckets;
  readonly log: LogTable;
  readonly work: WorkQueue;
  readonly firstUser: FirstUser;
  readonly signingKey: SigningKey;

  constructor(scope: Construct, id: string, { settings, ...props }: DataStackProps) {
    super(scope, id, props);
    this.work = new WorkQueue(this, 'Work', settings);
    this.images = new ImageBuckets(this, 'Images', { settings, work: this.work });
    this.log = new LogTable(this, 'Log', settings);
    this.firstUser = new FirstUser(this, 'FirstUser', settings);
    this.signingKey = new SigningKey(this, 'SigningKey', settings);

    new CfnOutput(this, 'InputBucket', { value: this.images.input.bucketName });
    new CfnOutput(this, 'OutputBucket', { value: this.images.output.bucketName });
    new CfnOutput(this, 'TableName', { value: this.log.table.tableName });
    new CfnOutput(this, 'QueueUrl', { value: this.work.queue.queueUrl });
    new CfnOutput(this, 'DeadLettersUrl', { value: this.work.deadLetters.queueUrl });
    new CfnOutput(this, 'FirstUserSecret', { value: this.firstUser.location });
    new CfnOutput(this, 'SigningSecret', { value: this.signingKey.location });
  }
}
