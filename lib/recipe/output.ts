import * as z from 'zod/mini';
import { type Format, formatOf, KINDS } from './formats.ts';
import { type Edits, MODIFIER_NAMES, MODIFIERS } from './modifiers.ts';
import { type Recipe, toRecipe } from './recipe.ts';

/**
 * The steps of a declared output: the modifiers by their own names, as
 * `{"xsize": 50, "ysize": 50, "sharpen": true, "quality": 90}`. An object and no list, since their order is fixed.
 */
export const steps: z.ZodMiniType<Edits> = z.strictObject(
  Object.fromEntries(MODIFIER_NAMES.map((name) => [name, z.optional(MODIFIERS[name].schema)])),
);

const format = z.pipe(
  z.enum([...KINDS, 'source']),
  z.transform((kind): Format | 'source' => formatOf(kind) ?? 'source'),
);

/** One output of a pipeline file, `{"name", "steps", "format"}`, read into its name and its recipe. */
export const output = z.pipe(
  z.strictObject({
    name: z.string().check(z.regex(/^[a-z0-9][a-z0-9-]{0,39}$/)),
    steps: z._default(steps, {}),
    format,
  }),
  z.transform(
    (declared): Output => ({ name: declared.name, recipe: toRecipe(declared.steps, declared.format) }),
  ),
);

export interface Output {
  readonly name: string;
  readonly recipe: Recipe;
}

/** The recipe of declared steps. Throws a ZodError that names the step. */
export function recipeFromSteps(declared: unknown, into: Format | 'source'): Recipe {
  return toRecipe(steps.parse(declared), into);
}
