import { DarkroomError } from '../error.ts';
import type { Output } from '../recipe/output.ts';
import { parseRecipe, printRecipe, type Recipe } from '../recipe/recipe.ts';
import { versionHash } from './build-id.ts';
import type { RequestedWork, SourceVersion, Subject } from './log-row.ts';
import { extensionOf, keyBytes, MAX_KEY_BYTES, splitKey } from './name.ts';
import { PIPELINES, type Pipeline, pipelinesOf } from './pipelines.ts';

/** The pipeline of what is derived on demand, which no file declares. */
export const ON_DEMAND = 'on-demand@1';

/** One output to be made: where it goes, and how. */
export interface PlannedOutput {
  readonly name: string;
  /** Key in the output bucket. */
  readonly key: string;
  readonly recipe: Recipe;
  /** `name@version`; ON_DEMAND for what no pipeline declares. */
  readonly pipeline: string;
}

/** The outputs of a version: of all pipelines that apply to an upload, or of what is asked for. */
export function planOutputs(
  subject: Extract<Subject, { kind: 'upload' | 'request' }>,
): readonly PlannedOutput[] {
  const { version } = subject;
  const asked: RequestedWork = subject.kind === 'request' ? subject : {};
  if (asked.recipe !== undefined) return [derivation(version, asked.recipe)];
  const pipelines =
    asked.pipeline === undefined
      ? pipelinesOf(version.key)
      : PIPELINES.filter(({ name }) => name === asked.pipeline);
  return pipelines.flatMap((pipeline) =>
    pipeline.outputs
      .filter(({ name }) => asked.step === undefined || name === asked.step)
      .map((output) => planned(version.key, pipeline, output)),
  );
}

/** Throws DarkroomError KEY_TOO_LONG when S3 could not hold one of the outputs. */
export function checkPlan(plan: readonly PlannedOutput[]): void {
  const long = plan.find(({ key }) => keyBytes(key) > MAX_KEY_BYTES);
  if (long === undefined) return;
  throw new DarkroomError(
    'KEY_TOO_LONG',
    `The output ${long.name} would have a key of ${keyBytes(long.key)} bytes, and S3 takes ${MAX_KEY_BYTES}; give the image a shorter name`,
  );
}

function planned(key: string, { name, version }: Pipeline, output: Output): PlannedOutput {
  return { ...output, key: outputKey(key, output), pipeline: `${name}@${version}` };
}

/** A derivation that is kept: under the version it was made of, so that a new version makes it unreachable at once. */
function derivation(version: SourceVersion, text: string): PlannedOutput {
  const key = `${derivationsOf(version)}${text}`;
  return { name: text, key, recipe: parseRecipe(text), pipeline: ON_DEMAND };
}

/**
 * The negative lies beside where the image lies, under the image's own name; everything else in the image's own folder. No
 * output's name begins with `negated_`, so no two outputs meet, and lifecycle rules work by prefix.
 */
function outputKey(key: string, { name, recipe }: Output): string {
  if (name === NEGATED) return placesOf(key).negated;
  const extension = recipe.format === 'source' ? extensionOf(key) : recipe.format;
  return `${placesOf(key).folder}${name}${extension === '' ? '' : `.${extension}`}`;
}

const NEGATED = 'negated';

/** Where the outputs of an image lie in the output bucket. */
export function placesOf(key: string): { readonly negated: string; readonly folder: string } {
  const { folder, file } = splitKey(key);
  return { negated: `${folder}${NEGATED}_${file}`, folder: `derived/${key}/` };
}

/**
 * The image that an output with this key is of, as its place tells; undefined for a place where none lies. What an output says of
 * itself counts before that.
 */
export function imageOfOutput(outputKey: string): string | undefined {
  const { folder, file } = splitKey(outputKey);
  if (file.startsWith(`${NEGATED}_`)) return folder + file.slice(NEGATED.length + 1);
  const [, image] = /^derived\/(.+?)(?:\/~[0-9a-f]{16})?\/$/s.exec(folder) ?? [];
  return image;
}

/** Where what is derived of a version on demand lies: beside nothing else. */
export function derivationsOf(version: SourceVersion): string {
  return `${placesOf(version.key).folder}~${versionHash(version)}/`;
}

/** The canonical text of an output's recipe, as its metadata tells it. */
export function recipeText({ recipe }: PlannedOutput): string {
  return printRecipe(recipe);
}
