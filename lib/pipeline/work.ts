import * as z from 'zod/mini';
import { malformedBuildId, removalBuildId, uploadBuildId } from './build-id.ts';
import type { EventName, Requester, Subject } from './log-row.ts';

/** One thing to do that a queue message asks for: a build to open and run, one that is open already, or one to be tried again. */
export type Work =
  | {
      readonly kind: 'open';
      readonly id: string;
      readonly event: EventName;
      readonly subject: Subject;
      readonly by: Requester;
    }
  | { readonly kind: 'build'; readonly id: string }
  /** One that failed with its row of this position, and has not been tried again since. */
  | { readonly kind: 'retry'; readonly id: string; readonly failedAt: number; readonly by: Requester };

const id = z.string().check(z.regex(/^[0-9a-f]{32}$/));
const request = z.object({
  kind: z.literal('request'),
  version: z.object({ bucket: z.string(), key: z.string(), versionId: z.string() }),
  pipeline: z.optional(z.string()),
  step: z.optional(z.string()),
  recipe: z.optional(z.string()),
  force: z.optional(z.boolean()),
});
const buildMessage = z.object({
  build: id,
  request: z.optional(request),
  failedAt: z.optional(z.int()),
  by: z._default(
    z.object({ owner: z.optional(z.string()), machine: z.optional(z.record(z.string(), z.unknown())) }),
    {},
  ),
});
const testEvent = z.object({ Event: z.literal('s3:TestEvent') });
const s3Events = z.object({ Records: z.array(z.unknown()) });
const s3Record = z.object({
  eventSource: z.literal('aws:s3'),
  eventName: z.string(),
  s3: z.object({
    bucket: z.object({ name: z.string().check(z.minLength(1)) }),
    object: z.object({ key: z.string().check(z.minLength(1)), versionId: z.optional(z.string()) }),
  }),
});

/**
 * What a message of the work queue asks for. It never throws: what cannot be read becomes a build of its own that ends FAILED
 * (MALFORMED_EVENT), so that it is told in the log and not tried for ever. S3's test event asks for nothing.
 * Source: "Event message structure", Amazon S3 User Guide.
 */
export function parseWork(body: string): readonly Work[] {
  const message = parseJson(body);
  const build = buildMessage.safeParse(message);
  if (build.success) return [ofBuild(build.data)];
  if (testEvent.safeParse(message).success) return [];
  const events = s3Events.safeParse(message);
  if (events.success) return events.data.Records.map(parseRecord);
  return [malformed('it is neither an S3 event nor {"build": id}', body)];
}

function ofBuild({ build: id, request, failedAt, by }: z.infer<typeof buildMessage>): Work {
  if (request !== undefined) return { kind: 'open', id, event: 'requested', subject: request, by };
  return failedAt === undefined ? { kind: 'build', id } : { kind: 'retry', id, failedAt, by };
}

function parseRecord(record: unknown): Work {
  const parsed = s3Record.safeParse(record);
  if (!parsed.success) return malformed('the record lacks what an S3 event has', JSON.stringify(record));
  const { eventName, s3 } = parsed.data;
  const key = decodeKey(s3.object.key);
  if (key === undefined) return malformed('the key is not URL-encoded UTF-8', JSON.stringify(record));
  const version = { bucket: s3.bucket.name, key, versionId: s3.object.versionId ?? 'null' };
  if (eventName.startsWith('ObjectCreated:')) {
    const subject = { kind: 'upload', version } as const;
    return { kind: 'open', id: uploadBuildId(version), event: 'uploaded', subject, by: {} };
  }
  if (eventName.startsWith('ObjectRemoved:') || eventName.startsWith('LifecycleExpiration:')) {
    const subject = { kind: 'removal', version } as const;
    return { kind: 'open', id: removalBuildId(version, eventName), event: 'removed', subject, by: {} };
  }
  return malformed(`nothing is done for the event ${eventName}`, JSON.stringify(record));
}

/** S3 writes keys into events form-encoded: `+` is a space, and only then percent-decoding, once. */
function decodeKey(encoded: string): string | undefined {
  try {
    return decodeURIComponent(encoded.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

function malformed(reason: string, body: string): Work {
  const subject = { kind: 'malformed', reason, body: body.slice(0, 1000) } as const;
  return { kind: 'open', id: malformedBuildId(body), event: 'received', subject, by: {} };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
