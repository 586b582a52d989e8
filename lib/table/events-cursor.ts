import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { LogRow } from '../pipeline/log-row.ts';
import { logKeys } from './keys.ts';

/** Where the next page begins: the hour that is being walked, if any, and the key of the last item read. */
export interface Cursor {
  readonly hour?: string;
  readonly after?: Readonly<Record<string, string>>;
}

export function isCursor(value: unknown): value is Cursor {
  if (typeof value !== 'object' || value === null) return false;
  const { hour, after } = value as Cursor;
  const isHour = hour === undefined || /^\d{4}-\d\d-\d\dT\d\d$/.test(hour);
  return isHour && (after === undefined || Object.values(after).every((part) => typeof part === 'string'));
}

/** The place that DynamoDB says a query stopped at; undefined behind the last item. */
export function keyOf(key: Record<string, AttributeValue> | undefined): Cursor['after'] {
  return key === undefined ? undefined : (unmarshall(key) as Record<string, string>);
}

/** The key that a query goes on behind: the table's own, and the index's where it is of one. */
export function keyOfRow(row: LogRow, index: 'gsi1' | 'gsi2' | undefined): Cursor['after'] {
  const own = ['pk', 'sk', `${index}pk`, `${index}sk`];
  return Object.fromEntries(Object.entries(logKeys(row)).filter(([name]) => own.includes(name)));
}
