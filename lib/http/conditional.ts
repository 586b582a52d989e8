import { createHash } from 'node:crypto';
import { DarkroomError } from '../error.ts';

/** What tells one state of a picture from another. */
export interface Validators {
  /** Strong, in its quotes. */
  readonly etag: string;
  readonly lastModified: Date;
}

type Headers = Readonly<Record<string, string | undefined>>;

/** Tells one state of something from another by all that makes it, which JSON can hold. */
export function tagOf(...parts: readonly unknown[]): string {
  return `"${createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)}"`;
}

/** Of what a caller keeps with a version of an image; undefined where nothing is kept. */
export function factsTag(versionId: string, facts: object | undefined): string | undefined {
  return facts && tagOf(versionId, facts);
}

/** Headers whose answer hangs on the validators: where one of them is there, the body may not be wanted. */
const CONDITIONS = [
  'if-match',
  'if-unmodified-since',
  'if-none-match',
  'if-modified-since',
  'range',
] as const;

export function isConditional(headers: Headers): boolean {
  return CONDITIONS.some((name) => headers[name] !== undefined);
}

/** Headers by which a write says what it takes for granted. */
const GUARDS = ['if-match', 'if-unmodified-since', 'if-none-match'] as const;

/** What a write takes for granted, as it says it; empty for one that does not care. */
export function guardsOf(headers: Headers): readonly string[] {
  return GUARDS.flatMap((name) => (headers[name] === undefined ? [] : [`${name}: ${headers[name]}`]));
}

/**
 * Whether a GET or HEAD need not be answered with a body, for the client has it: the order of RFC 9110 §13.2.2, where a list of tags
 * silences the date beside it. Throws DarkroomError PRECONDITION_FAILED when the picture is not what the client takes it for.
 */
export function isNotModified(headers: Headers, { etag, lastModified }: Validators): boolean {
  demandState('The picture', headers, { etag, lastModified });
  const { 'if-none-match': noneMatch } = headers;
  if (noneMatch !== undefined) return names(noneMatch, etag, 'weak');
  const since = parseDate(headers['if-modified-since']);
  return since !== undefined && toSecond(lastModified) <= since;
}

/**
 * Throws DarkroomError PRECONDITION_FAILED where a write may not be done by its conditions (RFC 9110 §13.1): for what is not there,
 * `current` is undefined. `what` begins the sentence "… is there already".
 */
export function demandWritable(what: string, headers: Headers, current: Validators | undefined): void {
  const { 'if-match': match, 'if-none-match': noneMatch } = headers;
  if (current === undefined) {
    if (match !== undefined) throw failed(`${what} is not there, and If-Match takes one that is`);
    return;
  }
  demandState(what, headers, current);
  if (noneMatch === undefined || !names(noneMatch, current.etag, 'weak')) return;
  throw failed(`${what} is there already, with the ETag ${current.etag}: If-None-Match does not take that`);
}

function demandState(what: string, headers: Headers, { etag, lastModified }: Validators): void {
  const { 'if-match': match } = headers;
  if (match !== undefined) {
    if (!names(match, etag, 'strong'))
      throw failed(`${what} has the ETag ${etag} now, which is not in If-Match`);
    return;
  }
  const since = parseDate(headers['if-unmodified-since']);
  if (since === undefined || toSecond(lastModified) <= since) return;
  throw failed(`${what} was modified at ${lastModified.toUTCString()}, and has the ETag ${etag} now`);
}

function failed(why: string): DarkroomError {
  return new DarkroomError('PRECONDITION_FAILED', why);
}

/** HTTP's dates have no milliseconds. */
function toSecond(time: Date): number {
  return Math.floor(time.getTime() / 1_000) * 1_000;
}

/** Whether a list of entity tags, or `*`, has this strong one (RFC 9110 §8.8.3.2). */
function names(list: string, etag: string, comparison: 'strong' | 'weak'): boolean {
  if (list.trim() === '*') return true;
  const tags = [...list.matchAll(/(W\/)?("[^"]*")/g)];
  return tags.some(([, weak, tag]) => tag === etag && (comparison === 'weak' || weak === undefined));
}

/** The three forms of a date that a recipient takes (RFC 9110 §5.6.7); what is none of them counts for nothing. */
const DATES = [
  /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/,
  /^[A-Z][a-z]{5,8}, \d\d-[A-Z][a-z]{2}-\d\d \d\d:\d\d:\d\d GMT$/,
  /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}$/,
];

/** Milliseconds since 1970. */
function parseDate(text = ''): number | undefined {
  if (!DATES.some((date) => date.test(text))) return undefined;
  const time = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
  return Number.isNaN(time) ? undefined : time;
}

/**
 * The `Range` that counts: one with an `If-Range` counts only while the picture is still the one whose part the client has (RFC 9110
 * §13.1.5); a date is no strong proof of that.
 */
export function rangeOf(headers: Headers, etag: string): string | undefined {
  const condition = headers['if-range'];
  return condition === undefined || condition.trim() === etag ? headers.range : undefined;
}
