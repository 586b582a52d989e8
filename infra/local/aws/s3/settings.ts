import type * as z from 'zod/mini';
import type { Database } from '../store/database.ts';
import type { XmlValue } from '../xml.ts';
import { type S3ErrorCode, s3Error } from './errors.ts';
import { LIFECYCLE } from './lifecycle-document.ts';
import { NOTIFICATION } from './notification-document.ts';
import { BUCKET_TAGS, CORS, ENCRYPTION, OWNERSHIP, PUBLIC_ACCESS_BLOCK } from './setting-documents.ts';

export type SettingContent = { readonly [name: string]: XmlValue };

/** Something that a bucket is told and gives back. */
export interface Setting {
  /** AWS's names of what is done with it. */
  readonly get: string;
  readonly put: string;
  readonly remove?: string;
  readonly root: string;
  readonly document: z.ZodMiniType;
  /** What a bucket says that was told nothing. */
  readonly unset: S3ErrorCode | SettingContent;
  /** What a new bucket is told. */
  readonly initial?: SettingContent;
  /** @default 200 */
  readonly putStatus?: 204;
}

const YES = 'true';

/** By the query parameter that names it. https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-encryption-faq.html for what is there from the start. */
export const SETTINGS = {
  cors: {
    get: 'GetBucketCors',
    put: 'PutBucketCors',
    remove: 'DeleteBucketCors',
    root: 'CORSConfiguration',
    document: CORS,
    unset: 'NoSuchCORSConfiguration',
  },
  encryption: {
    get: 'GetBucketEncryption',
    put: 'PutBucketEncryption',
    remove: 'DeleteBucketEncryption',
    root: 'ServerSideEncryptionConfiguration',
    document: ENCRYPTION,
    unset: {
      Rule: { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' }, BucketKeyEnabled: false },
    },
  },
  lifecycle: {
    get: 'GetBucketLifecycleConfiguration',
    put: 'PutBucketLifecycleConfiguration',
    remove: 'DeleteBucketLifecycle',
    root: 'LifecycleConfiguration',
    document: LIFECYCLE,
    unset: 'NoSuchLifecycleConfiguration',
  },
  notification: {
    get: 'GetBucketNotificationConfiguration',
    put: 'PutBucketNotificationConfiguration',
    root: 'NotificationConfiguration',
    document: NOTIFICATION,
    unset: {},
  },
  ownershipControls: {
    get: 'GetBucketOwnershipControls',
    put: 'PutBucketOwnershipControls',
    remove: 'DeleteBucketOwnershipControls',
    root: 'OwnershipControls',
    document: OWNERSHIP,
    unset: 'OwnershipControlsNotFoundError',
    initial: { Rule: { ObjectOwnership: 'BucketOwnerEnforced' } },
  },
  publicAccessBlock: {
    get: 'GetPublicAccessBlock',
    put: 'PutPublicAccessBlock',
    remove: 'DeletePublicAccessBlock',
    root: 'PublicAccessBlockConfiguration',
    document: PUBLIC_ACCESS_BLOCK,
    unset: 'NoSuchPublicAccessBlockConfiguration',
    initial: {
      BlockPublicAcls: YES,
      IgnorePublicAcls: YES,
      BlockPublicPolicy: YES,
      RestrictPublicBuckets: YES,
    },
  },
  tagging: {
    get: 'GetBucketTagging',
    put: 'PutBucketTagging',
    remove: 'DeleteBucketTagging',
    root: 'Tagging',
    document: BUCKET_TAGS,
    unset: 'NoSuchTagSet',
    putStatus: 204,
  },
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof SETTINGS;

export function isSettingName(name: string): name is SettingName {
  return Object.hasOwn(SETTINGS, name);
}

/** A bucket's policy is kept with its settings, but it is no XML: see `bucket-policy.ts`. */
export type KeptName = SettingName | 'policy';

/** The content of a document as it is kept. Throws MalformedXML, or what a schema knows better. */
export function parseSetting(name: SettingName, content: unknown): unknown {
  const parsed = SETTINGS[name].document.safeParse(
    typeof content === 'string' && content.trim() === '' ? {} : content,
  );
  if (parsed.success) return parsed.data;
  throw s3Error('MalformedXML', undefined, { detail: { Detail: parsed.error.issues.map(tell).join('; ') } });
}

/** The type is the caller's knowledge of the setting's document. */
export function readSetting<T>(db: Database, bucket: string, name: KeptName): T | undefined {
  const sql = 'SELECT content FROM setting WHERE bucket = ? AND name = ?';
  const row = db.one<{ content: string }>(sql, bucket, name);
  return row && (JSON.parse(row.content) as T);
}

export function keepSetting(
  db: Database,
  bucket: string,
  { name, content }: { readonly name: KeptName; readonly content: unknown },
): void {
  db.run('INSERT OR REPLACE INTO setting VALUES (?, ?, ?)', bucket, name, JSON.stringify(content));
}

function tell({
  path,
  message,
}: {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}): string {
  return `${path.map(String).join('/')}: ${message}`;
}
