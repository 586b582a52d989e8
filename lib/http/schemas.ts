import * as z from 'zod/mini';
import { STATUSES } from '../pipeline/status.ts';

/**
 * What the routes take and answer as JSON. The types of the handlers' answers are taken from here, and so is the OpenAPI document, in
 * which each of these stands under its own name.
 */
const orNull = <T extends z.ZodMiniType>(schema: T) => z.union([schema, z.null()]);
const url = z.string();
const time = z.string();
const status = z.enum(STATUSES);
const count = z.int().check(z.minimum(0));
const role = z.enum(['reader', 'writer', 'admin']);
const next = orNull(z.string());

export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  /** Id of the request, under which the log has it. */
  instance: z.string(),
  code: z.string(),
  /** Of each file that was refused, where there were several. */
  errors: z.optional(z.array(z.object({ name: z.string(), code: z.string(), detail: z.string() }))),
});

export const Health = z.object({
  status: z.enum(['ok', 'down']),
  version: z.string(),
  /** What does not answer. */
  down: z.optional(z.array(z.string())),
});

export const OutputObject = z.object({
  name: z.string(),
  key: z.string(),
  sha256: z.string(),
  bytes: count,
  contentType: z.string(),
  width: count,
  height: count,
  recipe: z.string(),
  pipeline: z.string(),
});

export const Event = z.object({
  time,
  build: z.string(),
  image: z.string(),
  event: z.string(),
  status,
  /** Key and sha256 of the first output; `outputs` has them all. */
  output: orNull(z.string()),
  sha256: orNull(z.string()),
  durationMs: orNull(z.number()),
  bytesIn: orNull(count),
  bytesOut: orNull(count),
  attempt: count,
  code: orNull(z.string()),
  message: orNull(z.string()),
  owner: orNull(z.string()),
  outputs: z.array(OutputObject),
});
export const EventPage = z.object({ events: z.array(Event), next });

export const Build = z.object({
  id: z.string(),
  status,
  code: orNull(z.string()),
  message: orNull(z.string()),
  /** Empty for what is about no one image. */
  image: z.string(),
  /** Key of the image in the input bucket, once it is FINISHED. */
  image_id: orNull(z.string()),
  /** Key of the first output, once it is FINISHED. */
  filename: orNull(z.string()),
  /** By status; of a build that deletes many, `deleted` is how many went so far. */
  counts: z.record(z.string(), count),
  outputs: z.array(z.extend(OutputObject, { url })),
  owner: orNull(z.string()),
  machine: orNull(z.record(z.string(), z.unknown())),
  attempt: count,
  times: z.record(z.string(), time),
});
export const BuildPage = z.object({ builds: z.array(Build), next });
/** What a build would make, and whether it stands already as it would be made. */
export const PlannedBuild = z.object({
  image: z.string(),
  outputs: z.array(
    z.object({
      ...{ name: z.string(), key: z.string(), recipe: z.string(), pipeline: z.string() },
      stands: z.boolean(),
    }),
  ),
});
export const Accepted = z.object({ id: z.string(), status, links: z.record(z.string(), url) });

export const BuildRequest = z.strictObject({
  /** A pipeline's name. */
  workflow: z.string(),
  /** One output of it. */
  step_id: z.optional(z.string()),
  image: z.optional(z.string()),
  glob: z.optional(z.string()),
  /** Of the pipeline; the latest unless given. */
  version: z.optional(z.string()),
  force: z.optional(
    z.pipe(
      z.union([z.boolean(), z.enum(['true', 'false'])]),
      z.transform((it) => it === true || it === 'true'),
    ),
  ),
  dryRun: z.optional(z.boolean()),
  machine: z.optional(z.record(z.string(), z.unknown())),
});

export const Uploaded = z.object({
  id: z.string(),
  name: z.string(),
  status,
  /** Of the original, as the conditions of the next upload or a DELETE name it. */
  etag: z.string(),
  links: z.record(z.string(), url),
});
export const UploadedFiles = z.object({ images: z.array(Uploaded) });
export const UploadRequest = z.strictObject({
  name: z.string(),
  contentType: z.string(),
  /** Bytes. */
  size: z.int().check(z.minimum(1)),
});
export const UploadTicket = z.object({
  name: z.string(),
  url,
  method: z.enum(['PUT', 'POST']),
  headers: z.optional(z.record(z.string(), z.string())),
  fields: z.optional(z.record(z.string(), z.string())),
  expires: time,
  links: z.object({ status: url }),
});

export const Image = z.object({
  name: z.string(),
  size: count,
  contentType: orNull(z.string()),
  uploaded: time,
  /** Of its upload's build; null for one that no build is known of yet. */
  status: orNull(status),
  links: z.record(z.string(), url),
});
export const ImagePage = z.object({ images: z.array(Image), next });
export const ImageFacts = z.object({
  name: z.string(),
  format: z.string(),
  width: count,
  height: count,
  depth: count,
  space: z.string(),
  hasAlpha: z.boolean(),
  orientation: count,
  density: orNull(z.number()),
  pages: count,
  exif: z.record(z.string(), z.unknown()),
  size: count,
  sha256: z.string(),
  /** Of the original, as the conditions of an upload or a DELETE name it; `uploaded` is what they call when it was modified. */
  etag: z.string(),
  uploaded: time,
  /** What the caller keeps with it. */
  user: z.record(z.string(), z.unknown()),
});
export const UserFacts = z.record(z.string(), z.unknown());
export const ImageUrl = z.object({ url, expires: time });
export const Deleted = z.object({ status: z.string(), deleted: z.optional(count) });

const depth = z.object({
  /** Messages that can be taken now. */
  waiting: count,
  /** Messages that somebody has in hand, or that come again later. */
  inHand: count,
});
export const Stats = z.object({
  since: time,
  until: time,
  /** False where there was more to read than one request may: then `since` is where the reading ended. */
  complete: z.boolean(),
  /** Builds by their last status. */
  builds: z.record(z.enum(STATUSES), count),
  /** Of those that FAILED, by code. */
  failures: z.record(z.string(), count),
  bytesIn: count,
  bytesOut: count,
  /** Of the builds that made something; null for none. */
  durationMs: orNull(z.object({ p50: z.number(), p95: z.number(), p99: z.number() })),
  queue: depth,
  deadLetters: depth,
});
export const Redriven = z.object({
  /** Dead letters that go back to work, as SQS counts them. */
  redriven: count,
});

export const TokenRequest = z.strictObject({
  role: z.optional(role),
  /** Seconds; 30 days unless given, 366 days at most. */
  expires_in: z.optional(z.int().check(z.minimum(1), z.maximum(366 * 86_400))),
});
export const Token = z.object({ id: z.string(), token: z.string(), user: z.string(), role, expires: time });
export const UserRequest = z.strictObject({
  name: z.string().check(z.regex(/^[\w.@-]{1,64}$/)),
  password: z.string().check(z.minLength(12), z.maxLength(256)),
  role,
});
export const User = z.object({ name: z.string(), role, created: time });
export const UserPage = z.object({ users: z.array(User), next });
