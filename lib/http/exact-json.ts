import { DarkroomError } from '../error.ts';

/** Characters of a number that are looked at: an exact double has 767 digits at most. */
const MAX_NUMBER = 1_000;

/**
 * A reviver for `JSON.parse`. Throws DarkroomError BAD_REQUEST for what JSON may hold and nothing behind it can: half of a surrogate pair
 * (`\\ud800`), which is no character; the key `__proto__`, which is no property; a number with more digits than a double has.
 */
export function refuseInexact(
  key: string,
  value: unknown,
  { source = '' }: { readonly source?: string } = {},
): unknown {
  if (!key.isWellFormed() || (typeof value === 'string' && !value.isWellFormed()))
    throw refused('The body has a text with half of a surrogate pair in it');
  if (key === '__proto__')
    throw refused('The body has the key __proto__, which cannot be kept: name it otherwise');
  if (typeof value === 'number' && !isExact(source, value)) {
    const told = source.length > 40 ? `${source.slice(0, 40)}…` : source;
    throw refused(`The number ${told} would be kept as ${value}: send it as a text, in quotes`);
  }
  return value;
}

function isExact(source: string, value: number): boolean {
  return source.length <= MAX_NUMBER && plain(source) === plain(String(value));
}

/** Its digits without zeros around them, and where its point is: the same for equal numbers, however they are written. */
function plain(number: string): string {
  const [, whole = '', part = '', exponent = '0'] =
    /^-?(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(number) ?? [];
  const digits = (whole + part).replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return '0';
  return `${significant}e${Number(exponent) - part.length + digits.length - significant.length}`;
}

function refused(message: string): DarkroomError {
  return new DarkroomError('BAD_REQUEST', message);
}
