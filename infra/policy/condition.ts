import { OPERATORS, type Operator } from './operators.ts';

/** One line of a `Condition` block. */
export interface Condition {
  /** As the policy has it, such as `ForAnyValue:StringLikeIfExists`. */
  readonly operator: string;
  /** In lower case: keys are compared without regard to it. */
  readonly key: string;
  readonly values: readonly string[];
}

/**
 * What is known of a request, by key in lower case: none, one or more values. A key with no value is one that this request could have
 * and has not; a key that is not here at all is not known.
 */
export type Context = ReadonlyMap<string, readonly string[]>;

/** A context from keys as AWS writes them. */
export function contextOf(values: Readonly<Record<string, string | readonly string[] | undefined>>): Context {
  return new Map(
    Object.entries(values).map(([key, value]) => [
      key.toLowerCase(),
      value === undefined ? [] : [value].flat(),
    ]),
  );
}

/**
 * Whether a condition holds for a request; undefined where that cannot be told, since its operator or its key is not known here.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
export function holds({ operator, key, values }: Condition, context: Context): boolean | undefined {
  const [, quantifier, name = '', ifExists] = OPERATOR.exec(operator) ?? [];
  const actual = context.get(key);
  if (actual === undefined) return undefined;
  const isAbsent = actual.length === 0;
  if (name === 'Null') return values.some((value) => value.toLowerCase() === String(isAbsent));
  const row = findOperator(name);
  if (row === undefined) return undefined;
  if (isAbsent)
    return ifExists !== undefined || quantifier === 'ForAllValues' || isMetByNothing(row, quantifier);
  const fits = (value: string): boolean =>
    values.some((wanted) => row.fits(value, wanted)) !== (row.negates === true);
  if (quantifier === 'ForAllValues') return actual.every(fits);
  if (quantifier === 'ForAnyValue') return actual.some(fits);
  return actual.length === 1 ? actual.every(fits) : undefined;
}

const OPERATOR = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/;

/** Throws an Error for a value that an operator can never be asked about. Operators that are not known are left alone. */
export function checkCondition({ operator, key, values }: Condition): void {
  const name = OPERATOR.exec(operator)?.[2] ?? '';
  // Null asks for true or false, as Bool does.
  const row = findOperator(name === 'Null' ? 'Bool' : name);
  const wrong = row?.takes && values.find((value) => row.takes?.(value) === false);
  if (wrong !== undefined)
    throw new Error(`${operator} of ${key} cannot be asked about ${JSON.stringify(wrong)}`);
}

function findOperator(name: string): Operator | undefined {
  return Object.hasOwn(OPERATORS, name) ? OPERATORS[name] : undefined;
}

/** What must differ differs from nothing. */
function isMetByNothing({ negates }: Operator, quantifier: string | undefined): boolean {
  return negates === true && quantifier === undefined;
}
