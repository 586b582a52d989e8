import type { LogRow } from '../pipeline/log-row.ts';

/** What a row says beside the facts that its place in the log gives it. */
export type Entry = LogRow extends infer Row
  ? Row extends LogRow
    ? Omit<Row, 'build' | 'position' | 'time' | 'attempt' | 'nonce' | 'image'>
    : never
  : never;

export interface Clock {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly newId: () => string;
}

/** The row that follows `position` in the log of a build. */
export function nextRow(
  { now, newId }: Clock,
  place: { readonly id: string; readonly image: string; readonly position: number; readonly attempt: number },
  entry: Entry,
): LogRow {
  const { id, image, position, attempt } = place;
  const time = new Date(now()).toISOString();
  return { ...entry, build: id, image, position: position + 1, attempt, time, nonce: newId() };
}
