import * as z from 'zod/mini';
import { s3Error } from './errors.ts';
import { flag, list, only, whole } from './setting-documents.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html, without storage classes, of which there is one. */
const tag = z.strictObject({ Key: z.string(), Value: z.string() });
const sizes = { ObjectSizeGreaterThan: z.optional(whole), ObjectSizeLessThan: z.optional(whole) };

const filter = z.strictObject({
  Prefix: z.optional(z.string()),
  Tag: z.optional(tag),
  ...sizes,
  And: z.optional(z.strictObject({ Prefix: z.optional(z.string()), Tag: list(tag), ...sizes })),
});

const VERSIONS = 'NoncurrentVersionExpiration';
const UPLOADS = 'AbortIncompleteMultipartUpload';

const rule = z.strictObject({
  ID: z.optional(z.string().check(z.maxLength(255))),
  Prefix: z.optional(z.string()),
  Filter: z.optional(
    z.pipe(
      z.transform((value: unknown) => (value === '' ? {} : value)),
      filter,
    ),
  ),
  Status: z.enum(['Enabled', 'Disabled']),
  Transition: z.optional(notHere('Transition')),
  NoncurrentVersionTransition: z.optional(notHere('NoncurrentVersionTransition')),
  Expiration: z.optional(
    z.strictObject({
      Date: z.optional(z.string().check(z.refine(isMidnight))),
      Days: z.optional(positive('Days', 'Expiration')),
      ExpiredObjectDeleteMarker: z.optional(flag),
    }),
  ),
  NoncurrentVersionExpiration: z.optional(
    z.strictObject({
      NewerNoncurrentVersions: z.optional(positive('NewerNoncurrentVersions', VERSIONS)),
      NoncurrentDays: positive('NoncurrentDays', VERSIONS),
    }),
  ),
  [UPLOADS]: z.optional(z.strictObject({ DaysAfterInitiation: positive('DaysAfterInitiation', UPLOADS) })),
});

export type LifecycleRule = z.infer<typeof rule>;

export const LIFECYCLE = z.strictObject({ Rule: list(rule, { min: 1 }).check(z.refine(areRules)) });

/** What is no number is malformed; of one that is too small S3 has more to say. */
function positive(name: string, action: string) {
  return z.string().check(
    z.refine((text) => {
      if (!/^-?\d{1,9}$/.test(text)) return false;
      if (Number(text) > 0) return true;
      throw s3Error('InvalidArgument', `'${name}' for ${action} action must be a positive integer`);
    }),
  );
}

const DAY_MS = 86_400_000;

function isMidnight(text: string): boolean {
  const timeMs = /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(timeMs)) return false;
  if (timeMs % DAY_MS === 0) return true;
  throw s3Error('InvalidArgument', "'Date' must be at midnight GMT");
}

function notHere(name: string) {
  return z.pipe(
    z.transform(() => name),
    only('A lifecycle rule with', []),
  );
}

/** What the schema of one rule cannot say. */
function areRules(rules: readonly LifecycleRule[]): boolean {
  const ids = rules.flatMap(({ ID }) => ID ?? []);
  if (new Set(ids).size < ids.length) throw s3Error('InvalidArgument', 'Rule ID must be unique');
  return rules.every(isRule);
}

function isRule(rule: LifecycleRule): boolean {
  const { Expiration, NoncurrentVersionExpiration, AbortIncompleteMultipartUpload } = rule;
  if (!Expiration && !NoncurrentVersionExpiration && !AbortIncompleteMultipartUpload) {
    throw s3Error('InvalidRequest', 'At least one action needs to be specified in a rule.');
  }
  const unmeant = UNMEANT.find((one) => one.isMeant(rule));
  if (unmeant) throw s3Error('InvalidRequest', unmeant.text);
  const scopes = [rule.Prefix, rule.Filter].filter((scope) => scope !== undefined);
  const whens = Expiration ? Object.keys(Expiration) : ['none'];
  return scopes.length === 1 && whens.length === 1 && Object.keys(rule.Filter ?? {}).length <= 1;
}

/** Filters by what the thing that an action is for does not have: a marker has no tags, an upload under way no size either. */
const UNMEANT = [
  {
    text: 'AbortIncompleteMultipartUpload cannot be specified with Tags.',
    isMeant: (rule: LifecycleRule) => rule[UPLOADS] !== undefined && hasTags(rule),
  },
  {
    text: 'AbortIncompleteMultipartUpload cannot be specified with Object Size.',
    isMeant: (rule: LifecycleRule) => rule[UPLOADS] !== undefined && hasSizes(rule),
  },
  {
    text: 'ExpiredObjectDeleteMarker cannot be specified with Tags.',
    isMeant: (rule: LifecycleRule) =>
      rule.Expiration?.ExpiredObjectDeleteMarker !== undefined && hasTags(rule),
  },
];

function hasTags({ Filter }: LifecycleRule): boolean {
  return [Filter?.And?.Tag ?? Filter?.Tag ?? []].flat().length > 0;
}

function hasSizes({ Filter }: LifecycleRule): boolean {
  const { ObjectSizeGreaterThan, ObjectSizeLessThan } = Filter?.And ?? Filter ?? {};
  return (ObjectSizeGreaterThan ?? ObjectSizeLessThan) !== undefined;
}
