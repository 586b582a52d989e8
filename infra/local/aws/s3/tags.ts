import * as z from 'zod/mini';
import { percentDecode, percentEncode } from '../signature/percent.ts';
import { s3Error } from './errors.ts';

/** Tags by their names. https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html */
export type Tags = Readonly<Record<string, string>>;

const MAX_KEY = 128;
const MAX_VALUE = 256;
const MAX_OBJECT_TAGS = 10;
const ALLOWED = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

const tag = z.strictObject({ Key: z.string(), Value: z._default(z.string(), '') });
const tagList = z.pipe(
  z.transform((value: unknown) => [value ?? []].flat()),
  z.array(tag),
);

/** The content of a TagSet element with at most `max` tags; throws what S3 says of tags that may not be. */
export function TAG_SET(max: number) {
  return z.transform((value: unknown) => {
    const parsed = z.strictObject({ Tag: tagList }).safeParse(isBlank(value) ? {} : value);
    if (!parsed.success) throw s3Error('MalformedXML');
    const { Tag } = parsed.data;
    checkTags(
      Tag.map(({ Key, Value }) => [Key, Value] as const),
      max,
    );
    return { Tag };
  });
}

/** An element of no children, which may hold spaces. */
function isBlank(value: unknown): boolean {
  return typeof value === 'string' && value.trim() === '';
}

/** The tags of a document for an object. Throws MalformedXML, InvalidTag or BadRequest. */
export function readTagDocument(document: unknown): Tags {
  const parsed = z.strictObject({ Tagging: z.strictObject({ TagSet: z.unknown() }) }).safeParse(document);
  if (!parsed.success) throw s3Error('MalformedXML');
  const { Tag } = TAG_SET(MAX_OBJECT_TAGS).parse(parsed.data.Tagging.TagSet);
  return Object.fromEntries(Tag.map(({ Key, Value }) => [Key, Value]));
}

/** Those of an `x-amz-tagging` header: `a=b&c=d`, percent-encoded. */
export function readTagHeader(header: string): Tags {
  const pairs = header
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const [name = '', value = ''] = pair.replaceAll('+', ' ').split('=', 2).map(percentDecode);
      return [name, value] as const;
    });
  checkTags(pairs, MAX_OBJECT_TAGS);
  return Object.fromEntries(pairs);
}

export function tagHeader(tags: Tags): string {
  return Object.entries(tags)
    .map((pair) => pair.map(percentEncode).join('='))
    .join('&');
}

export function tagSet(tags: Tags = {}): {
  readonly Tag: { readonly Key: string; readonly Value: string }[];
} {
  return { Tag: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
}

function checkTags(pairs: readonly (readonly [key: string, value: string])[], max: number): void {
  if (pairs.length > max) throw s3Error('BadRequest', `Object tags cannot be greater than ${max}`);
  const keys = pairs.map(([key]) => key);
  if (new Set(keys).size < keys.length) {
    throw s3Error('InvalidTag', 'Cannot provide multiple Tags with the same key');
  }
  for (const [key, value] of pairs) {
    if (key === '' || key.length > MAX_KEY || !ALLOWED.test(key)) {
      throw s3Error('InvalidTag', 'The TagKey you have provided is invalid', { detail: { TagKey: key } });
    }
    if (value.length > MAX_VALUE || !ALLOWED.test(value)) {
      throw s3Error('InvalidTag', 'The TagValue you have provided is invalid', {
        detail: { TagValue: value },
      });
    }
    if (/^aws:/i.test(key)) throw s3Error('InvalidTag', 'System tags cannot be added/updated by requester');
  }
}
