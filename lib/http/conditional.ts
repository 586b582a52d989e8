import { DarkroomError } from '../error.ts';

/** What tells one state of a picture from another. */
export interface Validators {
  /** Strong, in its quotes. */
  readonly etag: string;
  readonly lastModified: Date;
}

type Headers = Readonly<Record<string, string | undefined>>;

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

/**
 * Whether a GET or HEAD need not be answered with a body, for the client has it: the order of RFC 9110 §13.2.2, where a list of tags
 * silences the date beside it. Throws DarkroomError PRECONDITION_FAILED when the picture is not what the client takes it for.
 */
export function isNotModified(headers: Headers, { etag, lastModified }: Validators): boolean {
  const modifiedMs = Math.floor(lastModified.getTime() / 1_000) * 1_000;
  const { 'if-match': match, 'if-none-match': noneMatch } = headers;
  if (match !== undefined) {
    if (!names(match, etag, 'strong')) throw failed(`If-Match does not name it`, etag);
  } else {
    const since = parseDate(headers['if-unmodified-since']);
    if (since !== undefined && modifiedMs > since) throw failed('it was modified since then', etag);
  }
  if (noneMatch !== undefined) return names(noneMatch, etag, 'weak');
  const since = parseDate(headers['if-modified-since']);
  return since !== undefined && modifiedMs <= since;
}

function failed(why: string, etag: string): DarkroomError {
  return new DarkroomError(
    'PRECONDITION_FAILED',
    `The picture is another one by now (${why}): it is ${etag}`,
  );
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
