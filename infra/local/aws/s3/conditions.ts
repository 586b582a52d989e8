import { quoted } from './answers.ts';
import { s3Error } from './errors.ts';
import type { Version } from './versions.ts';

type Headers = ReadonlyMap<string, string>;
type Stored = Pick<Version, 'etag' | 'modifiedMs'>;

/**
 * What the conditions of a read say: `true` to go on, `false` for "not modified"; throws PreconditionFailed. The names of the headers
 * may have a prefix, as those for the source of a copy do. https://www.rfc-editor.org/rfc/rfc9110#section-13.2.2
 */
export function meetsReadConditions(headers: Headers, { etag, modifiedMs }: Stored, prefix = ''): boolean {
  const seconds = Math.floor(modifiedMs / 1000) * 1000;
  const header = (name: string): string | undefined => headers.get(`${prefix}${name}`);
  const time = (name: string): number | undefined => {
    const value = Date.parse(header(name) ?? '');
    return Number.isNaN(value) ? undefined : value;
  };
  const [match, noneMatch] = [header('if-match'), header('if-none-match')];
  if (match !== undefined) {
    if (!hasEtag(match, etag)) throw failed('If-Match');
  } else if (seconds > (time('if-unmodified-since') ?? Number.POSITIVE_INFINITY)) {
    throw failed('If-Unmodified-Since');
  }
  if (noneMatch !== undefined) return !hasEtag(noneMatch, etag);
  return seconds > (time('if-modified-since') ?? Number.NEGATIVE_INFINITY);
}

/**
 * The Range header of a read, unless If-Range names another state than what is stored: a part of the new beside a part of the old
 * would be neither. https://www.rfc-editor.org/rfc/rfc9110#section-13.1.5
 */
export function askedRange(headers: Headers, { etag, modifiedMs }: Stored): string | undefined {
  const state = headers.get('if-range')?.trim();
  const isSame =
    state === undefined || state === quoted(etag) || state === new Date(modifiedMs).toUTCString();
  return isSame ? headers.get('range') : undefined;
}

/**
 * Within the transaction of a write: throws when its conditions do not hold of the current object.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export function checkWriteConditions(headers: Headers, current: Stored | undefined): void {
  const [match, noneMatch] = [headers.get('if-match'), headers.get('if-none-match')];
  if (noneMatch !== undefined) {
    if (noneMatch.trim() !== '*')
      throw s3Error('NotImplemented', undefined, { detail: { Header: 'If-None-Match' } });
    if (current) throw failed('If-None-Match');
  }
  if (match === undefined) return;
  if (current === undefined) throw s3Error('NoSuchKey');
  if (!hasEtag(match, current.etag)) throw failed('If-Match');
}

export function failed(condition: string): Error {
  return s3Error('PreconditionFailed', undefined, { detail: { Condition: condition } });
}

export function hasEtag(list: string, etag: string): boolean {
  return list
    .split(',')
    .map((one) => one.trim())
    .some((one) => ['*', etag, quoted(etag)].includes(one));
}
