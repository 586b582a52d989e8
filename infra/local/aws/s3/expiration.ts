import { percentEncode } from '../signature/percent.ts';
import type { S3Context } from './call.ts';
import type { LifecycleRule } from './lifecycle-document.ts';
import { expiryOf, isMeant, prefixOf } from './lifecycle-rules.ts';
import { readSetting } from './settings.ts';
import type { Version } from './versions.ts';

/**
 * Tells when a lifecycle rule ends the current version of an object, and which one comes first; nothing where none does.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html#AmazonS3-HeadObject-response-header-Expiration
 */
export function expirationHeader({ db }: S3Context, version: Version): Record<string, string> {
  if (!version.latest) return {};
  const rules = readSetting<{ readonly Rule: readonly LifecycleRule[] }>(db, version.bucket, 'lifecycle');
  let [firstMs, firstId] = [Number.POSITIVE_INFINITY, ''];
  for (const rule of rules?.Rule ?? []) {
    const endMs = endOf(rule, version);
    if (endMs < firstMs) [firstMs, firstId] = [endMs, rule.ID ?? ''];
  }
  if (firstMs > LAST_MS) return {};
  const date = new Date(firstMs).toUTCString();
  return { 'x-amz-expiration': `expiry-date="${date}", rule-id="${percentEncode(firstId)}"` };
}

/** What comes later has no date. */
const LAST_MS = 8.64e15;

/** Milliseconds since 1970; infinite for a rule that does not end this object. */
function endOf(rule: LifecycleRule, version: Version): number {
  const { Status, Expiration } = rule;
  const isAbout = Status === 'Enabled' && version.key.startsWith(prefixOf(rule)) && isMeant(rule, version);
  return Expiration && isAbout ? expiryOf(Expiration, version.modifiedMs) : Number.POSITIVE_INFINITY;
}
