import * as z from 'zod/mini';
import { s3Error } from './errors.ts';
import { TAG_SET } from './tags.ts';

/**
 * The documents of a bucket's settings, as `readXml` gives their content and as `writeXml` takes it: nested records of texts, in the
 * order of S3's schema. What such a document may say and nobody here could keep is told so, and not stored.
 */

/** A repeated element: `readXml` gives a single one bare, and none not at all. The items are checked by their own schema. */
export function list<T extends z.ZodMiniType>(item: T, { min = 0, max = 1000 } = {}) {
  const asArray = z.transform((value: unknown) => [value ?? []].flat() as z.input<T>[]);
  return z.pipe(asArray, z.array(item).check(z.minLength(min), z.maxLength(max)));
}

export const whole = z.string().check(z.regex(/^\d{1,9}$/));
export const flag = z.enum(['true', 'false']);
const id = z.optional(z.string().check(z.maxLength(255)));

/** At most one `*` in each. https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html */
const pattern = z.string().check(z.regex(/^[^*]*\*?[^*]*$/));
const METHODS = ['GET', 'PUT', 'HEAD', 'POST', 'DELETE'];
const method = z.string().check(
  z.refine((name) => {
    if (METHODS.includes(name)) return true;
    throw s3Error(
      'InvalidRequest',
      `Found unsupported HTTP method in CORS config. Unsupported method is ${name}`,
    );
  }),
);

export const CORS = z.strictObject({
  CORSRule: list(
    z.strictObject({
      ID: id,
      AllowedHeader: list(pattern),
      AllowedMethod: list(method, { min: 1 }),
      AllowedOrigin: list(pattern, { min: 1 }),
      ExposeHeader: list(z.string()),
      MaxAgeSeconds: z.optional(whole),
    }),
    { min: 1, max: 100 },
  ),
});

export type CorsRule = z.infer<typeof CORS>['CORSRule'][number];

/** Bytes lie here as the disk has them: S3's own keys are as good as none, and those of a KMS would be missed. */
export const ENCRYPTION = z.strictObject({
  Rule: list(
    z.strictObject({
      ApplyServerSideEncryptionByDefault: z.strictObject({ SSEAlgorithm: only('SSEAlgorithm', ['AES256']) }),
      BucketKeyEnabled: z.optional(flag),
    }),
    { min: 1, max: 1 },
  ),
});

export const PUBLIC_ACCESS_BLOCK = z.strictObject({
  BlockPublicAcls: z._default(flag, 'false'),
  IgnorePublicAcls: z._default(flag, 'false'),
  BlockPublicPolicy: z._default(flag, 'false'),
  RestrictPublicBuckets: z._default(flag, 'false'),
});

/** The others bring ACLs, of which there are none here. */
export const OWNERSHIP = z.strictObject({
  Rule: list(z.strictObject({ ObjectOwnership: only('ObjectOwnership', ['BucketOwnerEnforced']) }), {
    min: 1,
    max: 1,
  }),
});

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/tagging-managing.html */
const MAX_BUCKET_TAGS = 50;
export const BUCKET_TAGS = z.strictObject({ TagSet: TAG_SET(MAX_BUCKET_TAGS) });

/** A text of which S3 knows more values than we do: those are refused as not implemented. */
export function only(name: string, values: readonly string[]) {
  return z.string().check(
    z.refine((value) => {
      if (values.includes(value)) return true;
      throw s3Error('NotImplemented', `${name} ${value} is not implemented here, only ${values.join(', ')}.`);
    }),
  );
}
