import * as z from 'zod/mini';
import { s3Error } from './errors.ts';
import { flag, list, only, whole } from './setting-documents.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html, without storage classes, of which there is one. */
const positive = z.string().check(z.regex(/^[1-9]\d{0,8}$/));
const midnight = z.string().check(z.regex(/^\d{4}-\d\d-\d\dT00:00:00(\.0+)?Z$/));
const tag = z.strictObject({ Key: z.string(), Value: z.string() });
const sizes = { ObjectSizeGreaterThan: z.optional(whole), ObjectSizeLessThan: z.optional(whole) };

const filter = z.strictObject({
  Prefix: z.optional(z.string()),
  Tag: z.optional(tag),
  ...sizes,
  And: z.optional(z.strictObject({ Prefix: z.optional(z.string()), Tag: list(tag), ...sizes })),
});

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
      Date: z.optional(midnight),
      Days: z.optional(positive),
      ExpiredObjectDeleteMarker: z.optional(flag),
    }),
  ),
  NoncurrentVersionExpiration: z.optional(
    z.strictObject({ NewerNoncurrentVersions: z.optional(positive), NoncurrentDays: positive }),
  ),
  AbortIncompleteMultipartUpload: z.optional(z.strictObject({ DaysAfterInitiation: positive })),
});

export type LifecycleRule = z.infer<typeof rule>;

export const LIFECYCLE = z.strictObject({ Rule: list(rule, { min: 1 }).check(z.refine(areRules)) });

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
  const scopes = [rule.Prefix, rule.Filter].filter((scope) => scope !== undefined);
  const whens = Expiration ? Object.keys(Expiration) : ['none'];
  return scopes.length === 1 && whens.length === 1 && Object.keys(rule.Filter ?? {}).length <= 1;
}
