import * as z from 'zod/mini';

/**
 * What a template says of a bucket's settings, and how the same stands in the documents of S3: CloudFormation has other names for the
 * lists, and numbers and booleans where XML has texts. Strict, so that nothing is dropped in silence.
 */

const text = z.pipe(z.union([z.string(), z.number(), z.boolean()]), z.transform(String));
const texts = z._default(z.array(text), []);
const optional = z.optional(text);
const tag = z.strictObject({ Key: text, Value: text });
const tags = z._default(z.array(tag), []);

const corsRule = z.strictObject({
  Id: optional,
  AllowedHeaders: texts,
  AllowedMethods: texts,
  AllowedOrigins: texts,
  ExposedHeaders: texts,
  MaxAge: optional,
});

const encryptionRule = z.strictObject({
  ServerSideEncryptionByDefault: z.strictObject({ SSEAlgorithm: text, KMSMasterKeyID: optional }),
  BucketKeyEnabled: optional,
});

const lifecycleRule = z.strictObject({
  Id: optional,
  Status: text,
  Prefix: optional,
  TagFilters: tags,
  ObjectSizeGreaterThan: optional,
  ObjectSizeLessThan: optional,
  ExpirationInDays: optional,
  ExpirationDate: optional,
  ExpiredObjectDeleteMarker: optional,
  NoncurrentVersionExpiration: z.optional(
    z.strictObject({ NoncurrentDays: text, NewerNoncurrentVersions: optional }),
  ),
  AbortIncompleteMultipartUpload: z.optional(z.strictObject({ DaysAfterInitiation: text })),
});

const publicAccess = z.strictObject({
  BlockPublicAcls: optional,
  IgnorePublicAcls: optional,
  BlockPublicPolicy: optional,
  RestrictPublicBuckets: optional,
});

/** The properties of an AWS::S3::Bucket that are settings. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-s3-bucket.html */
export const BUCKET_SETTINGS = {
  BucketEncryption: z.optional(
    z.strictObject({ ServerSideEncryptionConfiguration: z.array(encryptionRule) }),
  ),
  CorsConfiguration: z.optional(z.strictObject({ CorsRules: z.array(corsRule) })),
  LifecycleConfiguration: z.optional(z.strictObject({ Rules: z.array(lifecycleRule) })),
  OwnershipControls: z.optional(
    z.strictObject({ Rules: z.array(z.strictObject({ ObjectOwnership: text })) }),
  ),
  PublicAccessBlockConfiguration: z.optional(publicAccess),
  Tags: tags,
} as const;

const shape = z.object(BUCKET_SETTINGS);
type Properties = z.infer<typeof shape>;

/** By S3's name of the sub-resource; what the template does not say is not there. */
export function bucketSettings(bucket: Properties): Readonly<Record<string, unknown>> {
  const encryption = bucket.BucketEncryption?.ServerSideEncryptionConfiguration.map((rule) => ({
    ApplyServerSideEncryptionByDefault: rule.ServerSideEncryptionByDefault,
    BucketKeyEnabled: rule.BucketKeyEnabled,
  }));
  const settings = {
    cors: bucket.CorsConfiguration && { CORSRule: bucket.CorsConfiguration.CorsRules.map(asCorsRule) },
    encryption: encryption && { Rule: encryption },
    lifecycle: bucket.LifecycleConfiguration && {
      Rule: bucket.LifecycleConfiguration.Rules.map(asLifecycleRule),
    },
    ownershipControls: bucket.OwnershipControls && { Rule: bucket.OwnershipControls.Rules },
    publicAccessBlock: bucket.PublicAccessBlockConfiguration,
    tagging: bucket.Tags.length > 0 ? { TagSet: { Tag: bucket.Tags } } : undefined,
  };
  // What is undefined is not said: once as JSON and back.
  return JSON.parse(JSON.stringify(settings));
}

function asCorsRule(rule: z.infer<typeof corsRule>) {
  return {
    ID: rule.Id,
    AllowedHeader: rule.AllowedHeaders,
    AllowedMethod: rule.AllowedMethods,
    AllowedOrigin: rule.AllowedOrigins,
    ExposeHeader: rule.ExposedHeaders,
    MaxAgeSeconds: rule.MaxAge,
  };
}

/** CloudFormation has the filters side by side; S3 wants more than one of them inside And. */
function asLifecycleRule(rule: z.infer<typeof lifecycleRule>) {
  const { ExpirationInDays: Days, ExpirationDate, ExpiredObjectDeleteMarker } = rule;
  const [first, ...more] = rule.TagFilters;
  const sizes = {
    ObjectSizeGreaterThan: rule.ObjectSizeGreaterThan,
    ObjectSizeLessThan: rule.ObjectSizeLessThan,
  };
  const filters = [rule.Prefix, ...Object.values(sizes), ...rule.TagFilters].filter(
    (one) => one !== undefined,
  );
  const isOne = filters.length <= 1 && more.length === 0;
  const expires = Days ?? ExpirationDate ?? ExpiredObjectDeleteMarker;
  return {
    ID: rule.Id,
    Filter: isOne
      ? { Prefix: rule.Prefix, Tag: first, ...sizes }
      : { And: { Prefix: rule.Prefix, Tag: rule.TagFilters, ...sizes } },
    Status: rule.Status,
    Expiration: expires && { Days, Date: ExpirationDate, ExpiredObjectDeleteMarker },
    NoncurrentVersionExpiration: rule.NoncurrentVersionExpiration,
    AbortIncompleteMultipartUpload: rule.AbortIncompleteMultipartUpload,
  };
}
