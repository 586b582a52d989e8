import * as z from 'zod/mini';

export interface Setting {
  /** What it is for, as `npm run config` tells it. */
  readonly means: string;
  /** What it takes, with its default where that is a plain value. */
  readonly takes: z.ZodMiniType;
  /** What holds where nothing is said and there is no such default. */
  readonly otherwise?: string;
}

/** What a setting may take. Values come as text from a command line and as JSON from files: both are read. Each complaint says what it takes. */

export function oneOf<const Words extends readonly string[]>(...words: Words) {
  return z.enum(words, { error: words.join(' or ') });
}

export function text(pattern: RegExp, takes: string) {
  return z.string({ error: takes }).check(z.regex(pattern, takes));
}

/** A dot in the name would break TLS. https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
export function bucketName() {
  return text(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/, 'a bucket name: 3 to 63 of a-z, 0-9 and -');
}

export function whole(from: number, to: number) {
  const takes = `a whole number from ${from} to ${to}`;
  return z.pipe(fromText(), z.number(takes).check(z.int(takes), z.gte(from, takes), z.lte(to, takes)));
}

/** One of the few numbers that a service knows. */
export function among(...numbers: readonly number[]) {
  const takes = `one of ${numbers.join(', ')}`;
  const isAmong = z.refine((value) => numbers.some((number) => number === value), { error: takes });
  return z.pipe(fromText(), z.number(takes).check(isAmong));
}

export function flag() {
  const word = z.stringbool({ truthy: ['true'], falsy: ['false'] });
  return z.union([z.boolean(), word], { error: 'true or false' });
}

/** A list; as text, with commas between. */
export function listOf(one: z.ZodMiniType<string>, takes: string) {
  const split = z.transform((value) =>
    typeof value === 'string' ? value.split(',').filter((part) => part !== '') : value,
  );
  return z.pipe(split, z.readonly(z.array(one, takes)));
}

function fromText() {
  return z.transform((value) => (/^\d+$/.test(String(value)) ? Number(value) : value));
}
