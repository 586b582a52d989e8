import * as z from 'zod/mini';
import { DarkroomError } from '../error.ts';
import { choice, flag, type Value, whole } from '../recipe/values.ts';

/** What one parameter of a query takes: a modifier's kind of value, which is never printed. */
export type Parameter<T = unknown> = Pick<Value<T>, 'takes' | 'schema' | 'read'>;

export type Parameters = Readonly<Record<string, Parameter>>;

export type ValuesOf<P extends Parameters> = { readonly [K in keyof P]?: z.output<P[K]['schema']> };

/**
 * Reads a query by a table of parameters. Throws DarkroomError BAD_PARAMETER that names the parameter and what it takes, for one that
 * is unknown, wrong, or there twice.
 */
export function readQuery<P extends Parameters>(search: URLSearchParams, parameters: P): ValuesOf<P> {
  const values: Record<string, unknown> = {};
  for (const [name, text] of search) {
    const parameter = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    if (parameter === undefined) throw unknown(name, Object.keys(parameters));
    if (Object.hasOwn(values, name)) throw bad(`${name} is given ${search.getAll(name).length} times`);
    const parsed = parameter.schema.safeParse(parameter.read(text));
    if (!parsed.success) throw bad(`${name} takes ${parameter.takes}, not ${shown(text)}`);
    values[name] = parsed.data;
  }
  return values as ValuesOf<P>;
}

function unknown(name: string, known: readonly string[]): DarkroomError {
  const takes = known.length === 0 ? 'it takes none' : `it may be ${known.join(', ')}`;
  return bad(`Unknown parameter ${shown(name)}: ${takes}`);
}

function bad(message: string): DarkroomError {
  return new DarkroomError('BAD_PARAMETER', message);
}

/** As much of what a caller sent as an answer should repeat. */
function shown(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}

/** Any text but none, of up to `maxBytes` in UTF-8: as many as an S3 key has, unless said. */
export function text(takes: string, maxBytes = 1_024): Parameter<string> {
  const fits = z.refine<string>((it) => Buffer.byteLength(it) <= maxBytes);
  return {
    takes: `${takes}, of up to ${maxBytes} bytes`,
    schema: z.string().check(z.minLength(1), z.maxLength(maxBytes), fits),
    read: (it) => it,
  };
}

/** One of a few words, in any case. */
export function oneOf<const T extends string>(words: readonly T[]): Parameter<T> {
  return choice(words, Object.fromEntries(words.map((word) => [word.toLowerCase(), word])));
}

export const truth: Parameter<boolean> = flag;

export function wholeNumber(from: number, to: number, unit: string): Parameter<number> {
  return whole(from, to, unit);
}

/** A moment, given back as RFC 3339 UTC with milliseconds. A bare date is its first moment. */
export const moment: Parameter<string> = {
  takes: 'a time such as 2026-11-21T04:00:00Z (before an offset, a URL has %2B for +)',
  schema: z.string(),
  read(it) {
    const isTime = /^\d{4}-\d\d-\d\d([Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:\d\d))?$/.test(it);
    const time = isTime ? Date.parse(it) : Number.NaN;
    return Number.isNaN(time) ? undefined : new Date(time).toISOString();
  },
};
