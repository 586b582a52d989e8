import { setImmediate as breathe } from 'node:timers/promises';
import { afterPrefix } from './byte-order.ts';
import type { S3Context } from './call.ts';
import { nextSeq, removeVersion } from './change-versions.ts';
import { hideObject } from './delete-object.ts';
import type { LifecycleRule } from './lifecycle-document.ts';
import { isDue, isExpired, isMeant, prefixOf } from './lifecycle-rules.ts';
import { type AfterCommit, notify } from './notify.ts';
import { readSetting } from './settings.ts';
import { endUpload } from './uploads.ts';
import { asVersion, type Bucket, findVersion, type Version, type VersionRow } from './versions.ts';

/** Keys looked at in one transaction: a few milliseconds, between which others are served. */
const BATCH = 200;
/** Who removes what a rule lets expire, as S3's events have it. */
const LIFECYCLE = { caller: 's3.amazonaws.com', requestId: '', sourceIp: '127.0.0.1' };

/**
 * Does once what the lifecycle rules of all buckets say. Ages count in days from the midnight after something came, as S3 rounds them.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
 */
export async function sweepLifecycle(s3: S3Context, signal?: AbortSignal): Promise<void> {
  const buckets = [...s3.db.each<Bucket>('SELECT name, created_ms AS createdMs, versioning FROM bucket')];
  for (const bucket of buckets) {
    const rules = readSetting<{ readonly Rule: readonly LifecycleRule[] }>(
      s3.db,
      bucket.name,
      'lifecycle',
    )?.Rule;
    for (const rule of rules ?? []) {
      if (rule.Status === 'Enabled') await follow(s3, { bucket, rule }, signal);
    }
  }
}

interface Duty {
  readonly bucket: Bucket;
  readonly rule: LifecycleRule;
}

async function follow(s3: S3Context, duty: Duty, signal: AbortSignal | undefined): Promise<void> {
  if (duty.rule.AbortIncompleteMultipartUpload) abortUploads(s3, duty);
  if (!duty.rule.Expiration && !duty.rule.NoncurrentVersionExpiration) return;
  const prefix = prefixOf(duty.rule);
  for (let from: string | undefined = prefix; from !== undefined && signal?.aborted !== true; ) {
    const start: string = from;
    from = s3.db.transaction((afterCommit) => {
      const keys = keysFrom(s3, { bucket: duty.bucket.name, prefix, start });
      for (const key of keys.slice(0, BATCH)) expire(s3, duty, { key, afterCommit });
      return keys[BATCH];
    });
    await breathe();
  }
}

interface Reach {
  readonly bucket: string;
  readonly prefix: string;
  readonly start: string;
}

/** One key more than a batch: where the next one begins. */
function keysFrom({ db }: S3Context, { bucket, prefix, start }: Reach): readonly string[] {
  const sql = 'SELECT DISTINCT key FROM version WHERE bucket = ? AND key >= ?';
  const end = afterPrefix(prefix);
  const rows =
    end === undefined || prefix === ''
      ? db.each<{ key: string }>(`${sql} ORDER BY key LIMIT ?`, bucket, start, BATCH + 1)
      : db.each<{ key: string }>(`${sql} AND key < ? ORDER BY key LIMIT ?`, bucket, start, end, BATCH + 1);
  return [...rows].map(({ key }) => key);
}

/** Within a transaction: what the rule says of one key. */
function expire(
  s3: S3Context,
  { bucket, rule }: Duty,
  { key, afterCommit }: { readonly key: string; readonly afterCommit: AfterCommit },
): void {
  const sql = 'SELECT * FROM version WHERE bucket = ? AND key = ? ORDER BY seq DESC';
  const versions = [...s3.db.each<VersionRow>(sql, bucket.name, key)].map(asVersion);
  for (const version of outdated(s3, rule, versions)) {
    remove(s3, version, afterCommit);
  }
  const current = findVersion(s3.db, bucket.name, key);
  if (current === undefined || !rule.Expiration || !isExpired(rule.Expiration, current, s3.now())) return;
  if (!current.marker) {
    if (!isMeant(rule, current)) return;
    if (bucket.versioning === '') remove(s3, current, afterCommit);
    else hideObject(s3, LIFECYCLE, { bucket: bucket.name, key, event: MARKED }, afterCommit);
    return;
  }
  const count = 'SELECT count(*) AS n FROM version WHERE bucket = ? AND key = ?';
  const isAlone = s3.db.one<{ n: number }>(count, bucket.name, key)?.n === 1;
  if (isAlone) remove(s3, current, afterCommit);
}

const MARKED = 'LifecycleExpiration:DeleteMarkerCreated';

/** Those that are no longer current for so many days, but for the newest few of them. A version ceased to be current when the next came. */
function outdated(s3: S3Context, rule: LifecycleRule, newestFirst: readonly Version[]): readonly Version[] {
  const { NoncurrentDays, NewerNoncurrentVersions = '0' } = rule.NoncurrentVersionExpiration ?? {};
  if (NoncurrentDays === undefined) return [];
  return newestFirst.filter((version, i) => {
    const next = newestFirst[i - 1];
    const isKept = next === undefined || i <= Number(NewerNoncurrentVersions);
    return !isKept && isMeant(rule, version) && isDue(next.modifiedMs, NoncurrentDays, s3.now());
  });
}

function remove(s3: S3Context, version: Version, afterCommit: AfterCommit): void {
  removeVersion(s3, version);
  const happening = { event: 'LifecycleExpiration:Delete', version, seq: nextSeq(s3.db) } as const;
  notify(s3, LIFECYCLE, happening, afterCommit);
}

function abortUploads(s3: S3Context, { bucket, rule }: Duty): void {
  const days = rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation ?? '';
  const prefix = prefixOf(rule);
  s3.db.transaction(() => {
    const sql = 'SELECT id, key, created_ms AS createdMs FROM upload WHERE bucket = ?';
    const uploads = [...s3.db.each<{ id: string; key: string; createdMs: number }>(sql, bucket.name)];
    for (const upload of uploads) {
      if (upload.key.startsWith(prefix) && isDue(upload.createdMs, days, s3.now())) endUpload(s3, upload);
    }
  });
}
