import type { NotificationSpec } from '../../topology/topology.ts';
import { percentEncodePath } from '../signature/percent.ts';
import type { S3Call, S3Context } from './call.ts';
import type { Version } from './versions.ts';

export type EventName =
  | 'ObjectCreated:Put'
  | 'ObjectCreated:Post'
  | 'ObjectCreated:Copy'
  | 'ObjectCreated:CompleteMultipartUpload'
  | 'ObjectRemoved:Delete'
  | 'ObjectRemoved:DeleteMarkerCreated';

/** What happened to which version; `seq` is when, in the order of the store. */
export interface Happening {
  readonly event: EventName;
  readonly version: Pick<Version, 'bucket' | 'key' | 'versionId' | 'size' | 'etag'>;
  readonly seq: number;
}

export type AfterCommit = (then: () => void) => void;

/**
 * Within the transaction of the change: puts its event into each queue whose notification matches, one message an event. So the event
 * is there exactly when the change is.
 */
export function notify(s3: S3Context, call: S3Call, happening: Happening, afterCommit: AfterCommit): void {
  const { event, version } = happening;
  const notifications = s3.specs.find(({ name }) => name === version.bucket)?.notifications ?? [];
  for (const notification of notifications) {
    if (!matches(notification, event, version.key)) continue;
    const { queueArn } = notification;
    s3.queues.insert(queueArn, { body: JSON.stringify(eventOf(s3, call, happening)), sender: 'S3' });
    afterCommit(() => s3.queues.ring(queueArn));
  }
}

function matches(
  { events, prefix = '', suffix = '' }: NotificationSpec,
  event: EventName,
  key: string,
): boolean {
  const isMeant = events.some((pattern) => {
    const name = pattern.replace(/^s3:/, '');
    return name.endsWith('*') ? event.startsWith(name.slice(0, -1)) : name === event;
  });
  return isMeant && key.startsWith(prefix) && key.endsWith(suffix);
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html */
function eventOf(s3: S3Context, call: S3Call, { event, version, seq }: Happening): unknown {
  const { bucket, key, versionId, size, etag } = version;
  const isRemoval = event === 'ObjectRemoved:Delete';
  return {
    Records: [
      {
        eventVersion: '2.1',
        eventSource: 'aws:s3',
        awsRegion: s3.region,
        eventTime: new Date(s3.now()).toISOString(),
        eventName: event,
        userIdentity: { principalId: `AWS:${call.caller}` },
        requestParameters: { sourceIPAddress: call.sourceIp },
        responseElements: { 'x-amz-request-id': call.requestId, 'x-amz-id-2': call.requestId },
        s3: {
          s3SchemaVersion: '1.0',
          configurationId: 'darkroom',
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
