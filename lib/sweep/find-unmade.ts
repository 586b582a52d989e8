import { inParallel } from '../in-parallel.ts';
import { requestBuildId, uploadBuildId } from '../pipeline/build-id.ts';
import type { SourceVersion } from '../pipeline/log-row.ts';
import { planOutputs } from '../pipeline/plan.ts';
import type { Place as VersionPlace } from '../store/input-versions.ts';
import { requestOf } from '../table/open-build.ts';
import type { Deps } from './deps.ts';
import type { Place, Stepped } from './walks.ts';

/** Images that are looked at at once. */
const WIDTH = 16;

const AGAIN = { force: true };

/** Ends of an upload after which it has no outputs, or none of its own. */
const WITHOUT_OUTPUTS: ReadonlySet<string | undefined> = new Set(['SKIPPED', 'CANCELLED']);

/**
 * Finds images whose build has made outputs that do not stand any more: an older version is current again, and the event of that was
 * lost. They are built again. One output is asked for its version, which speaks for all of them: they are written and go together.
 */
export async function findUnmade(deps: Deps, { prefix, after, before, ask }: Place): Promise<Stepped> {
  const { versions, next } = await deps.versions.page(prefix, after as VersionPlace | undefined);
  const due = versions.filter(
    ({ isLatest, isMarker, since }) => isLatest && !isMarker && since.getTime() < before,
  );
  const found = await inParallel(due, WIDTH, async ({ key, versionId }) => {
    const version = { bucket: deps.input.name, key, versionId };
    if (await isAsItShould(deps, version, before)) return 0;
    const { id, subject, build, n } = await requestOf(deps, version, AGAIN);
    // One that is under way is looked after elsewhere, and what failed fails again.
    if (build !== undefined || (await hasFailed(deps, version, n - 1))) return 0;
    await ask({ kind: 'open', id, event: 'requested', subject, by: {}, request: subject });
    return 1;
  });
  return { seen: due.length, found: found.reduce<number>((sum, one) => sum + one, 0), next };
}

async function hasFailed({ log }: Pick<Deps, 'log'>, version: SourceVersion, n: number): Promise<boolean> {
  return n > 0 && (await log.last(requestBuildId(version, AGAIN, n)))?.status === 'FAILED';
}

async function isAsItShould(deps: Deps, version: SourceVersion, before: number): Promise<boolean> {
  const last = await deps.log.last(uploadBuildId(version));
  if (last?.status !== 'FINISHED' || Date.parse(last.time) >= before || WITHOUT_OUTPUTS.has(last.code))
    return true;
  const [output] = planOutputs({ kind: 'upload', version });
  if (output === undefined || last.removesInput === true) return true;
  const source = (await deps.output.head(output.key))?.provenance?.source;
  if (source?.key === version.key && source.versionId === version.versionId) return true;
  // What is replaced in this moment is not missing.
  return (await deps.input.current(version.key))?.versionId !== version.versionId;
}
