import * as z from 'zod/mini';
import { s3Error } from './errors.ts';
import { list } from './setting-documents.ts';

/** All that S3 can tell of; here happens what `notify.ts` names. https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html */
const EVENTS =
  /^s3:(TestEvent|ReducedRedundancyLostObject|ObjectCreated:(\*|Put|Post|Copy|CompleteMultipartUpload)|ObjectRemoved:(\*|Delete|DeleteMarkerCreated)|ObjectRestore:(\*|Post|Completed|Delete)|Replication:(\*|Operation\w+)|LifecycleExpiration:(\*|Delete|DeleteMarkerCreated)|LifecycleTransition|IntelligentTiering|ObjectAcl:Put|ObjectTagging:(\*|Put|Delete))$/;

const rule = z.strictObject({
  Name: z.pipe(
    z.transform((name) => String(name).toLowerCase()),
    z.enum(['prefix', 'suffix']),
  ),
  Value: z.string().check(z.maxLength(1024)),
});

const queue = z.strictObject({
  Id: z.optional(z.string().check(z.maxLength(255))),
  Queue: z.string(),
  Event: list(z.string().check(z.regex(EVENTS)), { min: 1 }),
  Filter: z.optional(z.strictObject({ S3Key: z.strictObject({ FilterRule: list(rule, { max: 2 }) }) })),
});

export type QueueNotification = z.infer<typeof queue>;

/** Only queues are told here. */
export const NOTIFICATION = z.strictObject({
  QueueConfiguration: list(queue, { max: 100 }),
  TopicConfiguration: z.optional(elsewhere('TopicConfiguration')),
  CloudFunctionConfiguration: z.optional(elsewhere('CloudFunctionConfiguration')),
  EventBridgeConfiguration: z.optional(elsewhere('EventBridgeConfiguration')),
});

export type Notifications = z.infer<typeof NOTIFICATION>;

function elsewhere(name: string) {
  return z.unknown().check(
    z.refine(() => {
      throw s3Error('NotImplemented', `${name} is not implemented here, only QueueConfiguration.`);
    }),
  );
}
