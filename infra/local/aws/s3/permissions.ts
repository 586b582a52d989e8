import type { Ask } from '../access/access.ts';
import { AwsError } from '../aws-error.ts';
import type { S3Call } from './call.ts';
import { copySourceName } from './copy-object.ts';

/** One permission that an operation needs: an IAM action without `s3:`, on what. */
interface Need {
  readonly action: string;
  /** Where a version is asked for by its id. @default the same */
  readonly ofVersion?: string;
  readonly on: 'service' | 'bucket' | 'object' | 'source';
  /** @default always */
  readonly when?: (call: S3Call) => boolean;
}

const given = (name: string) => ({
  when: ({ headers }: S3Call): boolean => headers.has(name),
});
const BUCKET = { on: 'bucket' } as const;
const OBJECT = { on: 'object' } as const;
const READ: Need = { ...OBJECT, action: 'GetObject', ofVersion: 'GetObjectVersion' };
const READ_SOURCE: Need = { ...READ, on: 'source' };
const PUT: Need = { ...OBJECT, action: 'PutObject' };
/** To compare an ETag is to learn something of the object. */
const COMPARE: Need = {
  ...OBJECT,
  action: 'GetObject',
  when: ({ headers }) => !['*', undefined].includes(headers.get('if-match')),
};
const LABEL: readonly Need[] = [
  { ...OBJECT, action: 'PutObjectTagging', ...given('x-amz-tagging') },
  { ...OBJECT, action: 'PutObjectAcl', ...given('x-amz-acl') },
];
const LIST: Need = { ...BUCKET, action: 'ListBucket' };

/**
 * What each operation needs. One that is not here needs the action of its own name.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
 */
const NEEDS: Readonly<Record<string, readonly Need[]>> = {
  ListBuckets: [{ on: 'service', action: 'ListAllMyBuckets' }],
  HeadBucket: [LIST],
  ListObjects: [LIST],
  ListObjectsV2: [LIST],
  ListObjectVersions: [{ ...BUCKET, action: 'ListBucketVersions' }],
  ListMultipartUploads: [{ ...BUCKET, action: 'ListBucketMultipartUploads' }],

  GetObject: [READ],
  HeadObject: [READ],
  GetObjectAcl: [{ ...OBJECT, action: 'GetObjectAcl', ofVersion: 'GetObjectVersionAcl' }],
  GetObjectAttributes: [
    READ,
    { ...OBJECT, action: 'GetObjectAttributes', ofVersion: 'GetObjectVersionAttributes' },
  ],
  GetObjectTagging: [{ ...OBJECT, action: 'GetObjectTagging', ofVersion: 'GetObjectVersionTagging' }],
  PutObjectTagging: [{ ...OBJECT, action: 'PutObjectTagging', ofVersion: 'PutObjectVersionTagging' }],
  DeleteObjectTagging: [
    { ...OBJECT, action: 'DeleteObjectTagging', ofVersion: 'DeleteObjectVersionTagging' },
  ],

  PutObject: [PUT, COMPARE, ...LABEL],
  PostObject: [PUT, ...LABEL],
  CopyObject: [READ_SOURCE, PUT, COMPARE, ...LABEL],
  CreateMultipartUpload: [PUT, ...LABEL],
  UploadPart: [PUT],
  UploadPartCopy: [READ_SOURCE, PUT],
  CompleteMultipartUpload: [PUT, COMPARE],
  ListParts: [{ ...OBJECT, action: 'ListMultipartUploadParts' }],
  AbortMultipartUpload: [{ ...OBJECT, action: 'AbortMultipartUpload' }],

  DeleteObject: [{ ...OBJECT, action: 'DeleteObject', ofVersion: 'DeleteObjectVersion' }, COMPARE],
  /** Of each key by itself, as it is deleted: `mayDelete`. */
  DeleteObjects: [],
};

/** Settings of a bucket whose action is not called as the operation is. */
const SETTINGS: Readonly<Record<string, string>> = {
  GetBucketAccelerateConfiguration: 'GetAccelerateConfiguration',
  GetBucketEncryption: 'GetEncryptionConfiguration',
  PutBucketEncryption: 'PutEncryptionConfiguration',
  DeleteBucketEncryption: 'PutEncryptionConfiguration',
  GetBucketLifecycleConfiguration: 'GetLifecycleConfiguration',
  PutBucketLifecycleConfiguration: 'PutLifecycleConfiguration',
  DeleteBucketLifecycle: 'PutLifecycleConfiguration',
  GetBucketReplication: 'GetReplicationConfiguration',
  GetObjectLockConfiguration: 'GetBucketObjectLockConfiguration',
  GetPublicAccessBlock: 'GetBucketPublicAccessBlock',
  PutPublicAccessBlock: 'PutBucketPublicAccessBlock',
  DeletePublicAccessBlock: 'PutBucketPublicAccessBlock',
  DeleteBucketCors: 'PutBucketCors',
  DeleteBucketTagging: 'PutBucketTagging',
  DeleteBucketOwnershipControls: 'PutBucketOwnershipControls',
  GetBucketNotificationConfiguration: 'GetBucketNotification',
  PutBucketNotificationConfiguration: 'PutBucketNotification',
};

/** What a call asks to be allowed. */
export function s3Asks(operation: string, call: S3Call): readonly Ask[] {
  const usual: Need = { action: SETTINGS[operation] ?? operation, on: call.key === '' ? 'bucket' : 'object' };
  const needs = Object.hasOwn(NEEDS, operation) ? NEEDS[operation] : undefined;
  return (needs ?? [usual])
    .filter(({ when }) => when?.(call) ?? true)
    .map((need) => asAsk(need, need.on === 'source' ? copySourceName(call.headers) : ofCall(call), call));
}

interface Named {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string | undefined;
}

function ofCall({ bucket, key, query }: S3Call): Named {
  return { bucket, key, versionId: query.get('versionId') };
}

function asAsk({ action, ofVersion, on }: Need, { bucket, key, versionId }: Named, call: S3Call): Ask {
  const name = versionId === undefined ? action : (ofVersion ?? action);
  const resource = on === 'service' ? '*' : on === 'bucket' ? bucket : `${bucket}/${key}`;
  const context = { ...contextOf(call), 's3:VersionId': versionId };
  return { action: `s3:${name}`, resource: `arn:aws:s3:::${resource}`, context };
}

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html#amazons3-policy-keys */
const HEADER_KEYS = ['acl', 'content-sha256', 'copy-source', 'metadata-directive', 'server-side-encryption'];

function contextOf({ query, headers }: S3Call): Readonly<Record<string, string | undefined>> {
  return {
    ...Object.fromEntries(HEADER_KEYS.map((name) => [`s3:x-amz-${name}`, headers.get(`x-amz-${name}`)])),
    's3:prefix': query.get('prefix'),
    's3:delimiter': query.get('delimiter'),
    's3:max-keys': query.get('max-keys'),
    's3:if-match': headers.get('if-match'),
    's3:if-none-match': headers.get('if-none-match'),
  };
}

/** Throws AccessDenied for one of the keys of a DeleteObjects. */
export function demandDelete(
  call: S3Call,
  target: {
    readonly key: string;
    readonly versionId?: string | undefined;
    readonly ifMatch?: string | undefined;
  },
): void {
  const headers = new Map(call.headers);
  if (target.ifMatch !== undefined) headers.set('if-match', target.ifMatch);
  const { versionId } = target;
  const query = {
    ...call.query,
    get: (name: string) => (name === 'versionId' ? versionId : call.query.get(name)),
  };
  call.access.demand(s3Asks('DeleteObject', { ...call, key: target.key, headers, query }));
}

/**
 * Who may not list a bucket does not learn which keys it lacks: they hear that they may not read it.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html#API_GetObject_RequestSyntax
 */
export function hideMissing(error: unknown, call: S3Call): unknown {
  if (!(error instanceof AwsError) || error.code !== 'NoSuchKey') return error;
  const missing = call.headers.has('x-amz-copy-source') ? copySourceName(call.headers) : ofCall(call);
  try {
    call.access.demand([asAsk(LIST, missing, call)]);
    return error;
  } catch (refusal) {
    return refusal;
  }
}
