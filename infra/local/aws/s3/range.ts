import type { Query } from '../request.ts';
import { s3Error } from './errors.ts';

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

/**
 * The range that a part copies out of an object of `size` bytes; undefined for all of it. Throws InvalidArgument for any but
 * `bytes=first-last` inside: what a read would cut to size would here be stored. https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html
 */
export function readCopyRange(header: string | undefined, size: number): ByteRange | undefined {
  if (header === undefined) return undefined;
  const [, first = 0, last = -1] = /^bytes=(\d{1,15})-(\d{1,15})$/.exec(header.trim())?.map(Number) ?? [];
  if (last < first) {
    const form = 'bytes=first-last, with the offsets of the first and the last byte to copy';
    throw s3Error('InvalidArgument', `The x-amz-copy-source-range value must be of the form ${form}`);
  }
  if (last < size) return { offset: first, length: last - first + 1 };
  throw s3Error('InvalidArgument', `Range specified is not valid for source object of size: ${size}`);
}

interface PartSizes {
  readonly size: number;
  /** Bytes of each; none where the object came whole. */
  readonly parts: readonly number[];
}

/** Where a part of a multipart object lies; any other object is one part. Throws InvalidPartNumber. */
export function partRange(partNumber: number, { size, parts }: PartSizes): ByteRange | undefined {
  const sizes = parts.length > 0 ? parts : [size];
  const index = partNumber - 1;
  const length = sizes[index];
  if (length === undefined) throw s3Error('InvalidPartNumber');
  if (size === 0) return undefined;
  return { offset: sizes.slice(0, index).reduce((sum, one) => sum + one, 0), length };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const MAX_PART_NUMBER = 10_000;

export function readPartNumber(query: Query): number {
  const text = query.get('partNumber') ?? '';
  const number = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (number >= 1 && number <= MAX_PART_NUMBER) return number;
  throw s3Error(
    'InvalidArgument',
    `Part number must be an integer between 1 and ${MAX_PART_NUMBER}, inclusive`,
  );
}
