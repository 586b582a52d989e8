import { createHash } from 'node:crypto';
import { fold } from '../pipeline/build.ts';
import { uploadBuildId } from '../pipeline/build-id.ts';
import type { Subject } from '../pipeline/log-row.ts';
import { FORMATS } from '../recipe/formats.ts';
import { parseRecipe } from '../recipe/recipe.ts';
import type { Deps } from './deps.ts';

/** What outputs are made of. */
export interface Source {
  readonly bytes: Buffer;
  /** Of the original, whatever stands in for it. */
  readonly sourceSha256: string;
}

type Work = Extract<Subject, { kind: 'upload' | 'request' }>;

/** Whether a build is of one derivation, which lies where only those of its version do. */
export function isDerivation(subject: Work): boolean {
  return subject.kind === 'request' && subject.recipe !== undefined;
}

/** Bytes that a preview has at most: 1280 × 1280 pixels at 3 bytes, which no JPEG of them reaches. */
const MAX_PREVIEW_BYTES = 1280 * 1280 * 3;

/** What a build's outputs are made of; undefined when the version is gone. */
export async function findSource(deps: Deps, subject: Work): Promise<Source | undefined> {
  const preview = await findPreview(deps, subject);
  if (preview !== undefined) return preview;
  const bytes = await deps.input.read(subject.version);
  return bytes && { bytes, sourceSha256: createHash('sha256').update(bytes).digest('hex') };
}

/**
 * The preview of a version, as the source of a derivation that loses nothing by it: it is read and decoded in a tenth of the original's
 * time. Only a JPEG's is as good as its original: other kinds may have alpha, more bits, frames. What the original is tells the log of
 * its upload.
 */
async function findPreview(deps: Deps, subject: Work): Promise<Source | undefined> {
  const { isServedByPreview } = deps;
  if (subject.kind !== 'request' || subject.recipe === undefined || isServedByPreview === undefined)
    return undefined;
  const recipe = parseRecipe(subject.recipe);
  if (!isServedByPreview(recipe, LARGEST, LARGEST_PREVIEW)) return undefined;
  const { version } = subject;
  const outputs = fold(await deps.log.read(uploadBuildId(version)))?.end?.outputs ?? [];
  const [negated, preview] = ['negated', 'preview'].map((name) => outputs.find((it) => it.name === name));
  if (negated?.contentType !== FORMATS.jpg.contentType || preview === undefined) return undefined;
  if (!isServedByPreview(recipe, negated, preview)) return undefined;
  const taken = await deps.output.take(preview.key, MAX_PREVIEW_BYTES);
  const { body, provenance } = taken ?? {};
  if (body === undefined || provenance?.sha256 !== preview.sha256) return undefined;
  return provenance.source.versionId === version.versionId
    ? { bytes: body, sourceSha256: provenance.sourceSha256 }
    : undefined;
}

/** What serves no original of the largest size that there is serves none: nothing has to be read to know that. */
const LARGEST = { width: 16_383, height: 16_383 };
const LARGEST_PREVIEW = { width: 1_280, height: 1_280 };
