import type { S3Call, S3Context } from './call.ts';
import { s3Error } from './errors.ts';
import type { LifecycleRule } from './lifecycle-document.ts';
import type { Notifications } from './notification-document.ts';
import { type AfterCommit, tellQueue } from './notify.ts';

/** Rules get the ids that their author left out. */
export function acceptLifecycle(
  { newId }: S3Context,
  _call: S3Call,
  { Rule }: { readonly Rule: readonly LifecycleRule[] },
): { readonly Rule: readonly LifecycleRule[] } {
  return { Rule: Rule.map((rule) => ({ ...rule, ID: rule.ID ?? newId() })) };
}

/**
 * Each queue must be there, and is told once that it will be told.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html
 */
export function acceptNotifications(
  s3: S3Context,
  { bucket, requestId }: S3Call,
  { QueueConfiguration }: Notifications,
  afterCommit: AfterCommit,
): Notifications {
  const unknown = QueueConfiguration.find(({ Queue }) => !s3.queues.registry.has(Queue));
  if (unknown) {
    throw s3Error('InvalidArgument', 'Unable to validate the following destination configurations', {
      detail: { ArgumentName: unknown.Queue, ArgumentValue: 'The destination queue does not exist' },
    });
  }
  const test = {
    Service: 'Amazon S3',
    Event: 's3:TestEvent',
    Time: new Date(s3.now()).toISOString(),
    Bucket: bucket,
    RequestId: requestId,
    HostId: requestId,
  };
  for (const queueArn of new Set(QueueConfiguration.map(({ Queue }) => Queue))) {
    tellQueue(s3, { queueArn, body: JSON.stringify(test) }, afterCommit);
  }
  return { QueueConfiguration: QueueConfiguration.map((one) => ({ ...one, Id: one.Id ?? s3.newId() })) };
}
