import { percentEncodePath } from '../signature/percent.ts';
import type { S3Call, S3Context } from './call.ts';
import type { Notifications, QueueNotification } from './notification-document.ts';
import { readSetting } from './settings.ts';
import type { Version } from './versions.ts';

export type EventName =
  | 'ObjectCreated:Put'
  | 'ObjectCreated:Post'
  | 'ObjectCreated:Copy'
  | 'ObjectCreated:CompleteMultipartUpload'
  | 'ObjectRemoved:Delete'
  | 'ObjectRemoved:DeleteMarkerCreated'
  | 'ObjectTagging:Put'
  | 'ObjectTagging:Delete'
  | 'LifecycleExpiration:Delete'
  | 'LifecycleExpiration:DeleteMarkerCreated';

/** What happened to which version; `seq` is when, in the order of the store. */
export interface Happening {
  readonly event: EventName;
  readonly version: Pick<Version, 'bucket' | 'key' | 'versionId' | 'size' | 'etag'>;
  readonly seq: number;
}

/** Who did it, and by which call. */
export type Cause = Pick<S3Call, 'caller' | 'requestId' | 'sourceIp'>;

export type AfterCommit = (then: () => void) => void;

/**
 * Within the transaction of the change: puts its event into each queue whose notification matches, one message an event. So the event
 * is there exactly when the change is.
 */
export function notify(s3: S3Context, cause: Cause, happening: Happening, afterCommit: AfterCommit): void {
  const { event, version } = happening;
  const notifications = readSetting<Notifications>(s3.db, version.bucket, 'notification');
  for (const notification of notifications?.QueueConfiguration ?? []) {
    if (!matches(notification, event, version.key)) continue;
    const body = JSON.stringify(eventOf(s3, cause, { ...happening, notification }));
    tellQueue(s3, { queueArn: notification.Queue, body }, afterCommit);
  }
}

/** A queue that is no longer there is told nothing, as S3 does: a bucket must not fail for it. */
export function tellQueue(
  { queues }: S3Context,
  { queueArn, body }: { readonly queueArn: string; readonly body: string },
  afterCommit: AfterCommit,
): void {
  if (!queues.registry.has(queueArn)) return;
  queues.insert(queueArn, { body, sender: 'S3' });
  afterCommit(() => queues.ring(queueArn));
}

function matches({ Event, Filter }: QueueNotification, event: EventName, key: string): boolean {
  const isMeant = Event.some((pattern) => {
    const name = pattern.replace(/^s3:/, '');
    return name.endsWith('*') ? event.startsWith(name.slice(0, -1)) : name === event;
  });
  const rules = Filter?.S3Key.FilterRule ?? [];
  return (
    isMeant &&
    rules.every(({ Name, Value }) => (Name === 'prefix' ? key.startsWith(Value) : key.endsWith(Value)))
  );
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html */
function eventOf(
  s3: S3Context,
  { caller, requestId, sourceIp }: Cause,
  { event, version, seq, notification }: Happening & { readonly notification: QueueNotification },
): unknown {
  const { bucket, key, versionId, size, etag } = version;
  const isRemoval = event.endsWith(':Delete') && !event.startsWith('ObjectTagging');
  return {
    Records: [
      {
        eventVersion: '2.1',
        eventSource: 'aws:s3',
        awsRegion: s3.region,
        eventTime: new Date(s3.now()).toISOString(),
        eventName: event,
        userIdentity: { principalId: event.startsWith('Lifecycle') ? caller : `AWS:${caller}` },
        requestParameters: { sourceIPAddress: sourceIp },
        responseElements: { 'x-amz-request-id': requestId, 'x-amz-id-2': requestId },
        s3: {
          s3SchemaVersion: '1.0',
          configurationId: notification.Id ?? '',
          bucket: {
            name: bucket,
            ownerIdentity: { principalId: s3.accountId },
            arn: `arn:aws:s3:::${bucket}`,
          },
          object: {
            key: percentEncodePath(key).replaceAll('%20', '+'),
            ...(!isRemoval && { size, eTag: etag }),
            ...(versionId !== 'null' && { versionId }),
            sequencer: sequencer(seq),
          },
        },
      },
    ],
  };
}

/** Of one length, so that the order of texts is the order of events. */
function sequencer(seq: number): string {
  return seq.toString(16).toUpperCase().padStart(18, '0');
}
