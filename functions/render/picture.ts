import type { MadeOutput } from '../../lib/build/made-output.ts';
import { MAX_ANSWER_BYTES } from '../../lib/http/answer.ts';
import { tagOf, type Validators } from '../../lib/http/conditional.ts';
import type { Standing } from '../../lib/http/deliver.ts';
import type { ByteRange } from '../../lib/http/range.ts';
import type { SourceVersion } from '../../lib/pipeline/log-row.ts';
import { type PlannedOutput, planOutputs } from '../../lib/pipeline/plan.ts';
import { printRecipe, type Recipe } from '../../lib/recipe/recipe.ts';
import type { CurrentVersion } from '../../lib/store/input-bucket.ts';
import type { StandingOutput } from '../../lib/store/output-bucket.ts';
import type { Deps } from './deps.ts';

/** One derivation of one version, as it is asked for. */
export interface Wanted {
  readonly version: SourceVersion;
  readonly current: CurrentVersion;
  readonly recipe: Recipe;
}

/** How long the address of a body that is too large for an answer can be used. */
const REDIRECT_SECONDS = 300;

/**
 * The picture that stands in the output bucket already: the upload's own output where that is just what is asked for, else what was kept
 * when it was asked for before. `whole` says that all bytes will be needed: then they come in the same call.
 */
export async function findKept(
  { output, version, recent }: Pick<Deps, 'output' | 'version' | 'recent'>,
  wanted: Wanted,
  whole: boolean,
): Promise<Standing | undefined> {
  const known = recent?.get(nameOf(wanted));
  if (known !== undefined) return known;
  for (const planned of placesFor(wanted)) {
    const found: Found | undefined = whole
      ? await output.take(planned.key, MAX_ANSWER_BYTES)
      : await output.head(planned.key);
    if (found === undefined || !isOf(found, planned, wanted)) continue;
    const { body } = found;
    const picture: Standing = {
      ...{ bytes: found.bytes, contentType: found.contentType },
      ...validatorsOf(wanted, found, version),
      read: async (range) => (body === undefined ? readPart(output, found, range) : partOf(body, range)),
      locate: () => output.signedUrl(found.key, REDIRECT_SECONDS),
    };
    if (body !== undefined) recent?.set(nameOf(wanted), picture);
    return picture;
  }
  return undefined;
}

/** What tells it from another: what the bucket says where the bucket answers, so that a client that is sent there learns of no second ETag. */
function validatorsOf(wanted: Wanted, found: StandingOutput, software: string): Validators {
  if (isLarge(found)) return { etag: found.etag, lastModified: found.lastModified };
  const etag = etagOf(wanted, found.provenance?.sha256 ?? '', software);
  return { etag, lastModified: wanted.current.lastModified };
}

/** Whether no answer can carry it. */
export function isLarge({ bytes }: { readonly bytes: number }): boolean {
  return bytes > MAX_ANSWER_BYTES;
}

/** With its bytes, if they came with it. */
type Found = StandingOutput & { readonly body?: Buffer | undefined };

/** A picture that was made just now, and that an answer can carry. */
export function fromMemory(
  { output, version, recent }: Deps,
  wanted: Wanted,
  { key, body, contentType, provenance }: MadeOutput,
): Standing {
  const picture: Standing = {
    ...{ bytes: body.length, contentType, lastModified: wanted.current.lastModified },
    etag: etagOf(wanted, provenance.sha256, version),
    read: async (range) => partOf(body, range),
    locate: () => output.signedUrl(key, REDIRECT_SECONDS),
  };
  recent?.set(nameOf(wanted), picture);
  return picture;
}

export function partOf(body: Buffer, range: ByteRange | undefined): Buffer {
  return range === undefined ? body : body.subarray(range.first, range.last + 1);
}

/** Strong: told by the version, the recipe and the software, and by the bytes themselves. */
export function etagOf({ version, recipe }: Wanted, sha256: string, software: string): string {
  return tagOf(version.versionId, printRecipe(recipe), software, sha256);
}

/** What it is called among the recent ones. */
function nameOf({ version, recipe }: Wanted): string {
  return JSON.stringify([version, printRecipe(recipe)]);
}

function placesFor({ version, recipe }: Wanted): readonly PlannedOutput[] {
  const text = printRecipe(recipe);
  const eager = planOutputs({ kind: 'upload', version }).filter((it) => printRecipe(it.recipe) === text);
  return [...eager, ...planOutputs({ kind: 'request', version, recipe: text })];
}

/** What an older pipeline or another version left under the same key is not it. */
function isOf({ provenance }: StandingOutput, planned: PlannedOutput, { version, recipe }: Wanted): boolean {
  return (
    provenance?.source.key === version.key &&
    provenance.source.versionId === version.versionId &&
    provenance.recipe === printRecipe(recipe) &&
    provenance.pipeline === planned.pipeline
  );
}

async function readPart(
  output: Deps['output'],
  found: StandingOutput,
  range: ByteRange | undefined,
): Promise<Buffer> {
  const bytes = await output.read(found, range && `bytes=${range.first}-${range.last}`);
  if (bytes !== undefined) return bytes;
  throw new Error(`${found.key} went while it was being answered`);
}
