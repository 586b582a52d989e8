import type { Build } from '../pipeline/build.ts';
import type { SourceVersion } from '../pipeline/log-row.ts';
import { type PlannedOutput, recipeText } from '../pipeline/plan.ts';
import type { OutputBucket } from '../store/output-bucket.ts';

interface Deps {
  readonly output: Pick<OutputBucket, 'head'>;
}

/** Of each planned output, whether it stands as a build of this version would make it: same source, recipe and pipeline. */
export function standing(
  { output }: Deps,
  version: SourceVersion,
  plan: readonly PlannedOutput[],
): Promise<readonly boolean[]> {
  return Promise.all(
    plan.map(async (planned) => {
      const provenance = (await output.head(planned.key))?.provenance;
      return (
        provenance?.source.key === version.key &&
        provenance.source.versionId === version.versionId &&
        provenance.recipe === recipeText(planned) &&
        provenance.pipeline === planned.pipeline
      );
    }),
  );
}

/**
 * Whether a requested build has nothing to do. One that is forced always has, as has one that a worker died in: its outputs may stand
 * without a row that ends it. Of a derivation whoever asks for it has looked already.
 */
export async function isUnchanged(
  deps: Deps,
  { subject, outputs }: Build,
  plan: readonly PlannedOutput[],
): Promise<boolean> {
  if (subject.kind !== 'request' || subject.force || subject.recipe !== undefined) return false;
  return outputs.length === 0 && (await standing(deps, subject.version, plan)).every(Boolean);
}
