import type { LifecycleRule } from './lifecycle-document.ts';
import type { Version } from './versions.ts';

const DAY_MS = 86_400_000;

type Expiration = NonNullable<LifecycleRule['Expiration']>;

/** A marker goes when nothing is behind it any more, at once if the rule says so, else by its age. */
export function isExpired(
  { Days, Date: date, ExpiredObjectDeleteMarker }: Expiration,
  { marker, modifiedMs }: Version,
  now: number,
): boolean {
  if (ExpiredObjectDeleteMarker !== undefined) return marker && ExpiredObjectDeleteMarker === 'true';
  return now >= expiryOf({ Days, Date: date }, modifiedMs);
}

/** When an object that came at `modifiedMs` goes; infinite where the rule is about markers alone. */
export function expiryOf(
  { Days, Date: date }: Pick<Expiration, 'Days' | 'Date'>,
  modifiedMs: number,
): number {
  if (Days !== undefined) return dueMs(modifiedMs, Days);
  return date === undefined ? Number.POSITIVE_INFINITY : Date.parse(date);
}

/** Whether so many days are over since the midnight after `sinceMs`. */
export function isDue(sinceMs: number, days: string, now: number): boolean {
  return now >= dueMs(sinceMs, days);
}

function dueMs(sinceMs: number, days: string): number {
  return Math.ceil(sinceMs / DAY_MS) * DAY_MS + Number(days) * DAY_MS;
}

export function prefixOf({ Prefix, Filter }: LifecycleRule): string {
  return Prefix ?? Filter?.Prefix ?? Filter?.And?.Prefix ?? '';
}

/** Tags and sizes; the prefix has been looked up. A marker has neither, and is not asked. */
export function isMeant({ Filter = {} }: LifecycleRule, { size, attributes }: Version): boolean {
  const { ObjectSizeGreaterThan: more, ObjectSizeLessThan: less } = Filter.And ?? Filter;
  const tags = Filter.And?.Tag ?? [Filter.Tag ?? []].flat();
  return (
    size > Number(more ?? -1) &&
    size < Number(less ?? Number.POSITIVE_INFINITY) &&
    tags.every(({ Key, Value }) => attributes.tags?.[Key] === Value)
  );
}
