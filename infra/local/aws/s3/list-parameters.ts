import type { Query } from '../request.ts';
import { percentEncodePath } from '../signature/percent.ts';
import { isWritable } from '../xml.ts';
import { after, afterPrefix } from './byte-order.ts';
import { s3Error } from './errors.ts';
import { commonPrefixOf, type Entry } from './page.ts';

/** What all listings take. */
export interface ListParameters {
  readonly prefix: string;
  readonly delimiter: string;
  readonly max: number;
  readonly encodingType: string | undefined;
  /** A name as the answer has it: percent-encoded if so asked, since XML cannot hold every character. */
  readonly encode: (name: string) => string;
  /** Where the next page begins, so that `readMarker` gives it back exactly. */
  readonly encodeMarker: (name: string) => string;
}

const MAX_ENTRIES = 1000;

export function readListParameters(query: Query, maxName: string): ListParameters {
  const encodingType = query.get('encoding-type') || undefined;
  if (encodingType !== undefined && encodingType !== 'url') {
    throw s3Error('InvalidArgument', 'Invalid Encoding Method specified in Request');
  }
  return {
    prefix: query.get('prefix') ?? '',
    delimiter: query.get('delimiter') ?? '',
    max: readWhole(query, maxName, MAX_ENTRIES),
    encodingType,
    encode: encodingType === 'url' ? percentEncodePath : (name) => name,
    encodeMarker: encodingType === 'url' ? percentEncodePath : writeMarker,
  };
}

/** Stands before a marker that XML could not hold as it is: a page that went on after another key would lose some, or never end. */
const WRITTEN = '\ufffd';

function writeMarker(name: string): string {
  return isWritable(name) ? name : `${WRITTEN}${Buffer.from(name).toString('base64url')}`;
}

/** The key that a marker means: the caller's own, or one that a page gave. */
export function readMarker(query: Query, parameter: string): string {
  const text = query.get(parameter) ?? '';
  if (!text.startsWith(WRITTEN)) return text;
  const name = Buffer.from(text.slice(WRITTEN.length), 'base64url').toString();
  return isWritable(name) ? text : name;
}

/** A count of at most `most`; throws InvalidArgument for what is none. */
export function readWhole(query: Query, name: string, most: number): number {
  const text = query.get(name) || String(most);
  if (!/^\d{1,10}$/.test(text) || Number(text) > 2 ** 31 - 1) {
    throw s3Error('InvalidArgument', `Provided ${name} not an integer or within integer range`);
  }
  return Math.min(Number(text), most);
}

/** Where a listing goes on after `marker`: a key, or the common prefix that ended the page before. */
export function afterMarker(marker: string, { prefix, delimiter }: ListParameters): string | undefined {
  if (marker === '') return '';
  const isCommonPrefix = marker.startsWith(prefix) && commonPrefixOf(marker, prefix, delimiter) === marker;
  return isCommonPrefix ? afterPrefix(marker) : after(marker);
}

export function lastOf<Row>(entries: readonly Entry<Row>[], keyOf: (row: Row) => string): string {
  const last = entries.at(-1);
  if (last === undefined) return '';
  return 'row' in last ? keyOf(last.row) : last.commonPrefix;
}

export function rowsOf<Row>(entries: readonly Entry<Row>[]): Row[] {
  return entries.flatMap((entry) => ('row' in entry ? [entry.row] : []));
}

export function prefixElements(
  entries: readonly Entry<unknown>[],
  encode: (name: string) => string,
): { readonly Prefix: string }[] {
  return entries.flatMap((entry) => ('row' in entry ? [] : [{ Prefix: encode(entry.commonPrefix) }]));
}
