import * as z from 'zod/mini';
import { s3Error } from './errors.ts';
import { list } from './setting-documents.ts';

/** All that S3 can tell of; here happens what `notify.ts` names. https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html */
const EVENTS =
  /^s3:(TestEvent|ReducedRedundancyLostObject|ObjectCreated:(\*|Put|Post|Copy|CompleteMultipartUpload)|ObjectRemoved:(\*|Delete|DeleteMarkerCreated)|ObjectRestore:(\*|Post|Completed|Delete)|Replication:(\*|Operation\w+)|LifecycleExpiration:(\*|Delete|DeleteMarkerCreated)|LifecycleTransition|IntelligentTiering|ObjectAcl:Put|ObjectTagging:(\*|Put|Delete))$/;

/** More than there are kinds. */
const MAX_EVENTS = 50;

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
  Event: list(z.string().check(z.regex(EVENTS)), { min: 1, max: MAX_EVENTS }),
  Filter: z.optional(
    z.strictObject({
      S3Key: z.strictObject({ FilterRule: list(rule, { max: 2 }).check(z.refine(areOneOfEach)) }),
    }),
  ),
});

export type QueueNotification = z.infer<typeof queue>;

/** Only queues are told here. */
export const NOTIFICATION = z.strictObject({
  QueueConfiguration: list(queue, { max: 100 }).check(z.refine(areDisjoint)),
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

function areOneOfEach(rules: readonly z.infer<typeof rule>[]): boolean {
  const [one, other] = rules;
  if (one === undefined || one.Name !== other?.Name) return true;
  throw s3Error('InvalidArgument', `Cannot specify more than one ${one.Name} rule in a filter.`);
}

/** Of what happens to one key no two may tell. https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html */
function areDisjoint(all: readonly QueueNotification[]): boolean {
  for (const [i, one] of all.entries()) {
    const other = all.slice(i + 1).find((later) => shareEvent(one, later) && shareKey(one, later));
    if (other === undefined) continue;
    throw s3Error(
      'InvalidArgument',
      one.Filter === undefined && other.Filter === undefined
        ? 'Configurations overlap. Configurations on the same bucket cannot share a common event type.'
        : 'Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are overlapping for the same event type.',
    );
  }
  return true;
}

function shareEvent(one: QueueNotification, other: QueueNotification): boolean {
  const covers = (wide: string, narrow: string): boolean =>
    wide === narrow || (wide.endsWith('*') && narrow.startsWith(wide.slice(0, -1)));
  return one.Event.some((a) => other.Event.some((b) => covers(a, b) || covers(b, a)));
}

/** Whether a key can meet both filters: one prefix begins the other, one suffix ends the other. */
function shareKey(one: QueueNotification, other: QueueNotification): boolean {
  const [a, b] = [filterOf(one), filterOf(other)];
  return (
    (a.prefix.startsWith(b.prefix) || b.prefix.startsWith(a.prefix)) &&
    (a.suffix.endsWith(b.suffix) || b.suffix.endsWith(a.suffix))
  );
}

function filterOf({ Filter }: QueueNotification): { readonly prefix: string; readonly suffix: string } {
  const of = (name: string): string =>
    Filter?.S3Key.FilterRule.find(({ Name }) => Name === name)?.Value ?? '';
  return { prefix: of('prefix'), suffix: of('suffix') };
}
