import * as z from 'zod/mini';

/**
 * A kind of value that a modifier takes: how it is said to people, what JSON may hold, how a query string spells it,
 * and how the canonical text does. `read(print(v))` leads back to `v`.
 */
export interface Value<T> {
  /** Ends the sentence "xsize takes …". */
  readonly takes: string;
  /** From a JSON value to the one in a recipe. Equal meanings become one value. */
  readonly schema: z.ZodMiniType<T>;
  /** From the text of a query string or of a canonical name to a JSON value, which the schema then judges. */
  read(text: string): unknown;
  /** In letters, digits, `.` and `-` only. */
  print(value: T): string;
}

/** A whole number, both ends included. */
export function whole(from: number, to: number, unit: string): Value<number> {
  return {
    takes: `a whole number from ${from} to ${to} (${unit})`,
    schema: z.int().check(z.minimum(from), z.maximum(to)),
    read: readNumber,
    print: String,
  };
}

/** A number, both ends included, kept to two decimals. */
export function decimal(from: number, to: number, unit: string): Value<number> {
  return {
    takes: `a number from ${from} to ${to} (${unit})`,
    schema: z.pipe(
      z.number().check(z.minimum(from), z.maximum(to)),
      z.transform((value) => Math.round(value * 100) / 100),
    ),
    read: readNumber,
    print: String,
  };
}

/** The strength of an effect as the sigma of its Gaussian, in pixels of the result. Off is 0, plainly on is 1. */
export function sigma(from: number, to: number): Value<number> {
  const { schema } = decimal(from, to, 'sigma in pixels');
  return {
    takes: `true, false, or a sigma from ${from} to ${to} (pixels)`,
    schema: z.pipe(
      z.union([z.pipe(z.boolean(), z.transform(Number)), z.literal(0), schema]),
      z.transform(Number),
    ),
    read: (text) => readNumber(text) ?? readFlag(text),
    print: String,
  };
}

/** On or off: true, false, 1 or 0 in any case. */
export const flag: Value<boolean> = {
  takes: 'true or false',
  schema: z.boolean(),
  read: readFlag,
  print: String,
};

/** One of a few words; `aliases` are other spellings of them. */
export function choice<const T extends string>(
  words: readonly T[],
  aliases: Readonly<Record<string, T>> = {},
): Value<T> {
  return {
    takes: `one of ${words.join(', ')}`,
    schema: z.enum(words),
    read: (text) => aliases[text.toLowerCase()] ?? text.toLowerCase(),
    print: (value) => value,
  };
}

/** One of a few numbers. */
export function step<const T extends number>(steps: readonly T[], unit: string): Value<T> {
  return {
    takes: `one of ${steps.join(', ')} (${unit})`,
    schema: z.literal(steps),
    read: readNumber,
    print: String,
  };
}

/** A rectangle `[x, y, width, height]` in pixels, its origin the upper left corner. */
export type Box = readonly [x: number, y: number, width: number, height: number];

export function box(maxSide: number): Value<Box> {
  const [offset, side] = [whole(0, maxSide, 'pixels'), whole(1, maxSide, 'pixels')];
  return {
    takes: `x,y,width,height, whole numbers up to ${maxSide} (pixels of the upright original)`,
    schema: z.tuple([offset.schema, offset.schema, side.schema, side.schema]),
    read: (text) => text.split(/[,-]/).map(readNumber),
    print: (value) => value.join('-'),
  };
}

/** The sixteen colours that HTML 4 named, and what they are as `rrggbb`. */
const COLOURS: Readonly<Record<string, string>> = {
  ...{ black: '000000', silver: 'c0c0c0', gray: '808080', white: 'ffffff', maroon: '800000', red: 'ff0000' },
  ...{ purple: '800080', fuchsia: 'ff00ff', green: '008000', lime: '00ff00', olive: '808000' },
  ...{ yellow: 'ffff00', navy: '000080', blue: '0000ff', teal: '008080', aqua: '00ffff' },
};

/** An opaque sRGB colour, kept as six lower-case hexadecimal digits. */
export const colour: Value<string> = {
  takes: `a colour as rrggbb or rgb in hexadecimal, or one of ${Object.keys(COLOURS).join(', ')}`,
  schema: z.pipe(
    z.pipe(
      z.string(),
      z.transform((text) => hexOf(text.toLowerCase())),
    ),
    z.string().check(z.regex(/^[0-9a-f]{6}$/)),
  ),
  read: (text) => text,
  print: (value) => value,
};

function hexOf(text: string): string {
  const digits = Object.hasOwn(COLOURS, text) ? (COLOURS[text] ?? text) : text.replace(/^#/, '');
  return digits.length === 3 ? digits.replace(/./g, '$&$&') : digits;
}

function readNumber(text: string): number | undefined {
  return /^\d{1,11}(\.\d{1,9})?$/.test(text) ? Number(text) : undefined;
}

function readFlag(text: string): boolean | undefined {
  const words: Readonly<Record<string, boolean>> = { true: true, 1: true, false: false, 0: false };
  return words[text.toLowerCase()];
}
