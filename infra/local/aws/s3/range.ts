import { s3Error } from './errors.ts';
import type { Version } from './versions.ts';

export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

/**
 * The part of an object that a Range header means; undefined for all of it, which is also the answer to a header that is no single
 * range of bytes. Throws InvalidRange (416). https://www.rfc-editor.org/rfc/rfc9110#section-14.1.2
 */
export function readRange(header: string | undefined, size: number): ByteRange | undefined {
  const match = /^bytes=(?:(\d{1,15})-(\d{1,15})?|-(\d{1,15}))$/.exec(header?.trim() ?? '');
  if (match === null) return undefined;
  const [first, last, suffix] = match
    .slice(1)
    .map((digits) => (digits === undefined ? undefined : Number(digits)));
  if (first !== undefined && last !== undefined && last < first) return undefined;
  const start = first ?? Math.max(0, size - (suffix ?? 0));
  const end = Math.min(last ?? size - 1, size - 1);
  if (start <= end) return { offset: start, length: end - start + 1 };
  throw s3Error('InvalidRange', undefined, {
    detail: { RangeRequested: header ?? '', ActualObjectSize: String(size) },
    headers: { 'content-range': `bytes */${size}` },
  });
}

/** Where a part of a multipart object lies; any other object is one part. Throws InvalidPartNumber. */
export function partRange(
  partNumber: string | undefined,
  { attributes, size }: Version,
): ByteRange | undefined {
  if (partNumber === undefined) return undefined;
  const sizes = attributes.parts ?? [size];
  const index = Number(partNumber) - 1;
  const length = sizes[index];
  if (length === undefined) throw s3Error('InvalidPartNumber');
  if (size === 0) return undefined;
  return { offset: sizes.slice(0, index).reduce((sum, one) => sum + one, 0), length };
}
