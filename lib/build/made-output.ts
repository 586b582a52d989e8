import { createHash } from 'node:crypto';
import type { OutputRecord, SourceVersion } from '../pipeline/log-row.ts';
import { type PlannedOutput, recipeText } from '../pipeline/plan.ts';
import type { NewOutput } from '../store/output-bucket.ts';
import type { RenderedOutput } from './deps.ts';

/** An output as it is written, with what the log says of it. */
export type MadeOutput = NewOutput & { readonly record: OutputRecord };

/** What was rendered as what was planned, with where it came from. Throws an Error where the renderer left it out. */
export function madeOutput(
  planned: PlannedOutput,
  rendered: RenderedOutput | undefined,
  from: { readonly version: SourceVersion; readonly sourceSha256: string; readonly build: string },
): MadeOutput {
  if (rendered === undefined) throw new Error(`The renderer made no picture for ${planned.key}`);
  const { bytes: body, contentType, width, height } = rendered;
  const { name, key, pipeline } = planned;
  const sha256 = createHash('sha256').update(body).digest('hex');
  const facts = { sha256, recipe: recipeText(planned), pipeline };
  const provenance = { source: from.version, sourceSha256: from.sourceSha256, build: from.build, ...facts };
  return {
    key,
    body,
    contentType,
    provenance,
    record: { name, key, bytes: body.length, contentType, width, height, ...facts },
  };
}
