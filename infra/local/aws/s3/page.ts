import { afterPrefix, isBefore } from './byte-order.ts';

/** What may stand in a listing: rows in order of keys, and for a delimiter one common prefix for all that it hides. */
export type Entry<Row> = { readonly row: Row } | { readonly commonPrefix: string };

export interface Page<Row> {
  readonly entries: readonly Entry<Row>[];
  readonly isTruncated: boolean;
}

export interface PageOptions<Row> {
  readonly prefix: string;
  readonly delimiter: string;
  readonly max: number;
  /** Where to begin: the first key that may be listed. Common prefixes before it are done, unless a key from it on has them. */
  readonly from: string;
  /** Rows with a key ≥ `from` and, if given, < `to`, in order; read lazily. */
  readonly rows: (from: string, to: string | undefined) => Iterable<Row>;
  readonly keyOf: (row: Row) => string;
}

/** One page. A common prefix costs one look-up, however many keys are below it. */
export function listPage<Row>({ prefix, delimiter, max, from, rows, keyOf }: PageOptions<Row>): Page<Row> {
  const entries: Entry<Row>[] = [];
  const to = prefix === '' ? undefined : afterPrefix(prefix);
  let at: string | undefined = isBefore(from, prefix) ? prefix : from;
  while (at !== undefined) {
    const start: string = at;
    at = undefined;
    for (const row of rows(start, to)) {
      if (entries.length === max) return { entries, isTruncated: max > 0 };
      const commonPrefix = commonPrefixOf(keyOf(row), prefix, delimiter);
      if (commonPrefix === undefined) {
        entries.push({ row });
        continue;
      }
      entries.push({ commonPrefix });
      at = afterPrefix(commonPrefix);
      break;
    }
  }
  return { entries, isTruncated: false };
}

export function commonPrefixOf(key: string, prefix: string, delimiter: string): string | undefined {
  if (delimiter === '') return undefined;
  const end = key.indexOf(delimiter, prefix.length);
  return end < 0 ? undefined : key.slice(0, end + delimiter.length);
}
