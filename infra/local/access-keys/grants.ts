/** What a person's key may be given on a bucket, or below a prefix of it: the actions behind each word of the command. */
const GRANTS = {
  read: ['s3:GetObject', 's3:GetObjectVersion', 's3:GetObjectTagging', 's3:GetObjectAttributes'],
  write: [
    's3:PutObject',
    's3:PutObjectTagging',
    // rclone says `private` with each upload, which S3 counts as writing an ACL.
    's3:PutObjectAcl',
    's3:AbortMultipartUpload',
    's3:ListMultipartUploadParts',
  ],
  delete: ['s3:DeleteObject'],
  list: ['s3:ListBucket'],
} as const satisfies Record<string, readonly string[]>;

export type GrantName = keyof typeof GRANTS;
export const GRANT_NAMES = ['read', 'write', 'list', 'delete'] as const satisfies readonly GrantName[];

/** A bucket, or what lies below a prefix of it. */
export interface Place {
  readonly bucket: string;
  /** Empty for the whole bucket. */
  readonly prefix: string;
}

/** Reads `bucket` or `bucket/prefix`. Throws an Error for what is neither. */
export function readPlace(text: string): Place {
  const [, bucket, prefix = ''] = /^([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/s.exec(text) ?? [];
  if (bucket === undefined) throw new Error(`${JSON.stringify(text)} is neither BUCKET nor BUCKET/PREFIX`);
  if (!/[*?$]/.test(prefix)) return { bucket, prefix };
  throw new Error(`${JSON.stringify(text)} holds *, ? or $, which no prefix takes here: --policy does`);
}

/** A policy document that allows exactly what is granted, and to ask where the bucket lies, as clients do first. */
export function grantPolicy(grants: Readonly<Record<GrantName, readonly Place[]>>): unknown {
  const buckets = new Set(Object.values(grants).flatMap((places) => places.map(({ bucket }) => bucket)));
  const locate = {
    Effect: 'Allow',
    Action: 's3:GetBucketLocation',
    Resource: [...buckets].map((bucket) => `arn:aws:s3:::${bucket}`),
  };
  const objects = (['read', 'write', 'delete'] as const)
    .filter((name) => grants[name].length > 0)
    .map((name) => ({
      Effect: 'Allow',
      Action: GRANTS[name],
      Resource: grants[name].map(({ bucket, prefix }) => `arn:aws:s3:::${bucket}/${prefix}*`),
    }));
  const lists = grants.list.map(({ bucket, prefix }) => ({
    Effect: 'Allow',
    Action: GRANTS.list,
    Resource: `arn:aws:s3:::${bucket}`,
    ...(prefix !== '' && { Condition: { StringLike: { 's3:prefix': `${prefix}*` } } }),
  }));
  return { Version: '2012-10-17', Statement: [locate, ...objects, ...lists] };
}
