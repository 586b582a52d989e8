import type { BucketSpec, NotificationSpec } from '../../topology/topology.ts';
import type { Database } from '../store/database.ts';
import type { S3Context } from './call.ts';
import {
  isSettingName,
  type KeptName,
  keepSetting,
  parseSetting,
  SETTINGS,
  type Setting,
} from './settings.ts';

/**
 * Makes what is missing of the buckets that the template declares. What it says of them holds from the start on which it first says so,
 * until somebody sets it otherwise: a start with the same template changes nothing, as a deployment of it would not.
 */
export function declareBuckets(
  { db, now }: Pick<S3Context, 'db' | 'now'>,
  specs: readonly BucketSpec[],
): void {
  db.transaction(() => {
    for (const { name, versioned, notifications, settings = {} } of specs) {
      addBucket(db, name, now());
      if (versioned) db.run("UPDATE bucket SET versioning = 'Enabled' WHERE name = ?", name);
      declareSettings(db, name, { ...settings, notification: asDocument(notifications) });
    }
  });
}

/** Within a transaction: whether there was no such bucket yet. It is private from the start, as S3's are. */
export function addBucket(db: Database, name: string, createdMs: number): boolean {
  if (db.run("INSERT OR IGNORE INTO bucket VALUES (?, ?, '')", name, createdMs) === 0) return false;
  for (const [setting, { initial }] of Object.entries<Setting>(SETTINGS)) {
    if (initial && isSettingName(setting)) keepSetting(db, name, { name: setting, content: initial });
  }
  return true;
}

function declareSettings(db: Database, bucket: string, declared: Readonly<Record<string, unknown>>): void {
  const unknown = Object.keys(declared).find((name) => !isKeptName(name));
  if (unknown !== undefined)
    throw new Error(`Bucket ${bucket} has a setting ${unknown}, and there is no such setting`);
  const last = 'SELECT content FROM declared_setting WHERE bucket = ? AND name = ?';
  for (const name of [...Object.keys(SETTINGS), 'policy'].filter(isKeptName)) {
    const before = db.one<{ content: string }>(last, bucket, name)?.content;
    const content = declared[name] === undefined ? undefined : contentOf(name, declared[name]);
    const said = content === undefined ? undefined : JSON.stringify(content);
    if (said === before) continue;
    for (const table of ['setting', 'declared_setting']) {
      db.run(`DELETE FROM ${table} WHERE bucket = ? AND name = ?`, bucket, name);
    }
    if (said === undefined) continue;
    db.run('INSERT INTO declared_setting VALUES (?, ?, ?)', bucket, name, said);
    keepSetting(db, bucket, { name, content });
  }
}

function isKeptName(name: string): name is KeptName {
  return name === 'policy' || isSettingName(name);
}

/** A policy is kept to the letter, and those who enforce it have read it. */
function contentOf(name: KeptName, declared: unknown): unknown {
  return name === 'policy' ? String(declared) : parseSetting(name, declared);
}

function asDocument(notifications: readonly NotificationSpec[]): unknown {
  const rule = (Name: string, Value: string | undefined) => (Value === undefined ? [] : [{ Name, Value }]);
  return {
    QueueConfiguration: notifications.map(({ events, queueArn, prefix, suffix }, i) => {
      const FilterRule = [...rule('prefix', prefix), ...rule('suffix', suffix)];
      const filter = FilterRule.length > 0 ? { Filter: { S3Key: { FilterRule } } } : {};
      return { Id: `template-${i + 1}`, Queue: queueArn, Event: events, ...filter };
    }),
  };
}
