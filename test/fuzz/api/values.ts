import type { Random } from '../../support/simulation/scheduler.ts';

export type Schema = Readonly<{
  type?: string;
  enum?: readonly unknown[];
  const?: unknown;
  anyOf?: readonly Schema[];
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  prefixItems?: readonly Schema[];
  items?: Schema | boolean;
  properties?: Readonly<Record<string, Schema>>;
  required?: readonly string[];
  examples?: readonly unknown[];
}>;

/** Names that images have, or might have. */
export const KEYS = ['one.png', 'trip/two.jpg', 'trip/ü 3+.png', 'one', 'trip/two.webp', 'none.jpg', 'trip/'];

/** Texts that have broken programs: numbers, names, encodings, paths, markup, patterns. */
export const NASTY: readonly string[] = [
  ...['', ' ', '0', '-1', '-0', '1e9', '1e999', 'NaN', 'Infinity', '0x10', '٣', '1,2', '9'.repeat(400)],
  ...['null', 'undefined', 'true', '[]', '{}', '__proto__', 'constructor', 'toString', 'hasOwnProperty'],
  ...[
    '../..',
    '/',
    '//',
    '.',
    '..',
    '\\',
    'a/../b',
    'C:\\x',
    'download/x',
    '-',
    '%2F',
    '%00',
    '%',
    '%zz',
    '?',
    '#',
  ],
  ...[
    '\0',
    '\n',
    '\r\nx-evil: 1',
    '\t',
    '\u007f',
    '\u0085',
    '\u2028',
    '\ufeff',
    '\u202e',
    '\uffff',
    '\ud83d\udcf7',
  ],
  ...["' or 1=1 --", '<script>', '{{x}}', '$(id)', '`id`', ';', '&', '=', '+', '*', '"', "'"],
  ...['(a+)+$', '(', '[', '(?=a)', 'a{1001}', '\\p{L}', '.*'.repeat(100), '(?i)x', '^$', '\\C', '(?P<n>a)'],
  ...[
    'é',
    'e\u0301',
    'ﬁ',
    'ß',
    '📷',
    '📷'.repeat(200),
    'x'.repeat(1_024),
    'x'.repeat(1_025),
    'x'.repeat(3_000),
    'ü'.repeat(4_000),
  ],
  ...[
    '2026-11-21',
    '2026-11-21T04:00:00Z',
    '2026-13-45',
    '0000-01-01',
    '9999-12-31T23:59:59.999Z',
    'e30',
    'W10',
  ],
];

/** A value that a schema takes, or nearly. */
export function madeOf(schema: Schema, random: Random): unknown {
  if (schema.enum !== undefined) return random.pick(schema.enum);
  if (schema.const !== undefined) return schema.const;
  if (schema.anyOf !== undefined) return madeOf(random.pick(schema.anyOf), random);
  if (schema.prefixItems !== undefined) return schema.prefixItems.map((it) => madeOf(it, random));
  return (MAKERS[schema.type ?? ''] ?? MAKERS.string)?.(schema, random);
}

const MAKERS: Readonly<Record<string, (schema: Schema, random: Random) => unknown>> = {
  boolean: (_schema, random) => random.chance(0.5),
  null: () => null,
  integer: numberOf,
  number: (schema, random) => numberOf(schema, random) + random.pick([0, 0.5]),
  string: (_schema, random) => random.pick(random.chance(0.7) ? KEYS : NASTY),
  array: (schema, random) =>
    Array.from({ length: random.below(4) }, () =>
      typeof schema.items === 'object' ? madeOf(schema.items, random) : random.pick(NASTY),
    ),
  object: objectOf,
};

/** Mostly small: what is asked for is made. */
function numberOf({ minimum = 0, maximum = 1e6 }: Schema, random: Random): number {
  const from = Math.max(minimum, -1e6);
  const edges = [minimum, maximum, minimum - 1, maximum + 1];
  return random.chance(0.1) ? random.pick(edges) : from + random.below(Math.min(maximum - from + 1, 200));
}

function objectOf({ properties = {}, required = [], examples = [] }: Schema, random: Random): object {
  const example = random.chance(0.5) && examples.length > 0 ? random.pick(examples) : {};
  const made = Object.entries(properties)
    .filter(([name]) => (required.includes(name) ? random.chance(0.95) : random.chance(0.3)))
    .map(([name, schema]) => [name, random.chance(0.1) ? random.pick(ODD) : madeOf(schema, random)]);
  const odd = random.chance(0.1) ? { [random.pick(NASTY)]: random.pick(ODD) } : {};
  return { ...Object.fromEntries(made), ...(example as object), ...odd };
}

/** Where another kind of value is due. */
const ODD: readonly unknown[] = [
  null,
  0,
  -1,
  1e308,
  0.1,
  true,
  '',
  [],
  {},
  [[[]]],
  { a: { b: {} } },
  '\ud800',
  'x'.repeat(3_000),
];
