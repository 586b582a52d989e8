import { DarkroomError } from '../error.ts';
import { FORMATS, type Format, formatOf } from './formats.ts';
import { type Edits, MODIFIER_NAMES, MODIFIERS, type ModifierName } from './modifiers.ts';

/**
 * What is to be done to an image, as flat data. It holds nothing that changes nothing, so two recipes that ask for the
 * same are deeply equal. `toRecipe` makes it; `format: 'source'` keeps the source's own.
 */
export type Recipe = Omit<Edits, 'thumbnail'> & { readonly format: Format | 'source' };

/** The recipe of some edits: shorthands written out, and left out whatever has no effect beside the rest. */
export function toRecipe(edits: Edits, format: Format | 'source'): Recipe {
  const { thumbnail, ...asked } = edits;
  const whole: Edits = thumbnail ? { ...THUMBNAIL, ...(isSized(asked) ? {} : BOX), ...asked } : asked;
  const kept = MODIFIER_NAMES.filter((name) => isEffective(name, whole, format));
  return { ...Object.fromEntries(kept.map((name) => [name, whole[name]])), format };
}

/** What `thumbnail` stands for besides its box: a picture this small looks soft unless sharpened. */
const THUMBNAIL: Edits = { sharpen: 1 };
const BOX: Edits = { xsize: 50, ysize: 50 };

function isEffective(name: ModifierName, edits: Edits, format: Format | 'source'): boolean {
  const value = edits[name];
  const { neutral } = MODIFIERS[name] as { neutral?: unknown };
  return value !== undefined && value !== neutral && (MATTERS[name]?.(edits, format) ?? true);
}

/** When a modifier has an effect at all; those that are not named always have. */
const MATTERS: { readonly [N in ModifierName]?: (edits: Edits, format: Format | 'source') => boolean } = {
  dpr: isSized,
  fit: isBoxed,
  gravity: (edits) => isBoxed(edits) && (edits.fit === 'cover' || edits.fit === 'contain'),
  background: (edits, format) => can(format, 'hasAlpha') || edits.background !== 'ffffff',
  quality: (_, format) => can(format, 'lossy'),
  animated: (edits, format) => can(format, 'animates') && (edits.page ?? 1) === 1,
};

function isSized(edits: Edits): boolean {
  return edits.xsize !== undefined || edits.ysize !== undefined;
}

function isBoxed(edits: Edits): boolean {
  return edits.xsize !== undefined && edits.ysize !== undefined;
}

function can(format: Format | 'source', what: 'animates' | 'hasAlpha' | 'lossy'): boolean {
  return format === 'source' || FORMATS[format][what];
}

/**
 * The canonical text of a recipe, such as `xsize-50_ysize-50_sharpen-1.jpg`: its cache key, and a file name whose ending
 * is the format's. Only letters, digits, `.`, `-` and `_`, so it needs no escaping in an S3 key or in a URL.
 */
export function printRecipe(recipe: Recipe): string {
  const words = MODIFIER_NAMES.flatMap((name) => printModifier(name, recipe));
  return `${words.join('_') || NOTHING}.${recipe.format}`;
}

/** Stands where no modifier does. */
const NOTHING = 'plain';

/** The modifiers of a recipe as parameters of a query, in their order; the format is not among them. */
export function queryOf(edits: Edits): readonly [name: string, value: string][] {
  return MODIFIER_NAMES.flatMap((name): [string, string][] => {
    const value = edits[name];
    return value === undefined ? [] : [[name, (MODIFIERS[name] as Printer).print(value)]];
  });
}

function printModifier(name: ModifierName, recipe: Edits): readonly string[] {
  const value = recipe[name];
  if (value === undefined) return [];
  return value === true ? [name] : [`${name}-${(MODIFIERS[name] as Printer).print(value)}`];
}

/** A row as seen by whoever holds a name and its value, but not both as literals. */
interface Printer {
  print(value: unknown): string;
}

/** The recipe of a canonical text. Throws BAD_PARAMETER for a text that `printRecipe` does not write. */
export function parseRecipe(text: string): Recipe {
  const dot = text.lastIndexOf('.');
  const [body, ending] = [text.slice(0, Math.max(dot, 0)), text.slice(dot + 1)];
  const format = ending === 'source' ? ending : formatOf(ending);
  const words = body === NOTHING ? [] : body.split('_');
  const edits = Object.fromEntries(words.map(parseModifier));
  const recipe = format && toRecipe(edits, format);
  if (!recipe || printRecipe(recipe) !== text) throw new DarkroomError('BAD_PARAMETER', `No recipe: ${text}`);
  return recipe;
}

function parseModifier(word: string): readonly [string, unknown] {
  const dash = word.indexOf('-');
  const [name, value] = dash < 0 ? [word, 'true'] : [word.slice(0, dash), word.slice(dash + 1)];
  return [name, isModifier(name) ? readModifier(name, value) : undefined];
}

/** The modifiers among values that were read by their rows. */
export function editsOf(values: Readonly<Record<string, unknown>>): Edits {
  return Object.fromEntries(Object.entries(values).filter(([name]) => isModifier(name)));
}

export function isModifier(name: string): name is ModifierName {
  return Object.hasOwn(MODIFIERS, name);
}

/** The value that a text gives to a modifier. Throws BAD_PARAMETER, which says what the modifier takes. */
export function readModifier(name: ModifierName, text: string): Edits[ModifierName] {
  const row = MODIFIERS[name];
  const parsed = row.schema.safeParse(row.read(text));
  if (parsed.success) return parsed.data;
  throw new DarkroomError('BAD_PARAMETER', `${name}=${text.slice(0, 40)}: ${name} takes ${row.takes}.`);
}
