import { DarkroomError } from '../error.ts';
import { type Format, formatOf, KINDS } from './formats.ts';
import { type Edits, MODIFIER_NAMES } from './modifiers.ts';
import { isModifier, readModifier } from './recipe.ts';

/** What a query string asks of an image. The caller settles the format and makes the recipe with `toRecipe`. */
export interface Request {
  readonly edits: Edits;
  /** The format asked for, `auto` for whatever the client accepts, undefined for none named. */
  readonly kind: Format | 'auto' | undefined;
}

/**
 * Reads the modifiers of a query string. Throws BAD_PARAMETER, which names the parameter and what it takes, for one that
 * is unknown, wrong or there twice; `others` are the names that the caller reads itself.
 */
export function recipeFromQuery(
  params: URLSearchParams,
  others: ReadonlySet<string> = new Set<string>(),
): Request {
  const names = [...params.keys()].filter((name) => !others.has(name));
  for (const name of names) checkName(name, params.getAll(name).length, others);
  const kind = params.get('kind');
  const edits = names
    .filter(isModifier)
    .map((name) => [name, readModifier(name, params.get(name) ?? '')] as const);
  return { edits: Object.fromEntries(edits), kind: kind === null ? undefined : readKind(kind) };
}

function checkName(name: string, times: number, others: ReadonlySet<string>): void {
  const known = ['kind', ...MODIFIER_NAMES, ...others];
  if (!known.includes(name)) {
    throw new DarkroomError(
      'BAD_PARAMETER',
      `Unknown parameter ${name.slice(0, 40)}: it may be ${known.join(', ')}.`,
    );
  }
  if (times > 1) throw new DarkroomError('BAD_PARAMETER', `${name} is given ${times} times.`);
}

function readKind(kind: string): Format | 'auto' {
  const format = kind.toLowerCase() === 'auto' ? 'auto' : formatOf(kind);
  if (format) return format;
  throw new DarkroomError(
    'BAD_PARAMETER',
    `kind=${kind.slice(0, 40)}: kind takes one of ${KINDS.join(', ')}, auto.`,
  );
}
