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

/** Ends of an upload after which nothing is to stand. */
const WITHOUT_OUTPUTS: ReadonlySet<string | undefined> = new Set(['SKIPPED', 'CANCELLED']);

/**
 * Finds images whose outputs are not those of their current version: an older one is current again, and the event of that was lost. They
 * are built again, whereupon what is no picture leaves no outputs of another version either. One output speaks for all of them: they
 * are written and go together.
 */
export async function findUnmade(deps: Deps, { prefix, after, before, ask }: Place): Promise<Stepped> {
  const { versions, next } = await deps.versions.page(prefix, after as VersionPlace | undefined);
  const due = versions.filter(
    ({ isLatest, isMarker, since }) => isLatest && !isMarker && since.getTime() < before,
  );
  const found = await inParallel(due, WIDTH, async ({ key, versionId }) => {
    const version = { bucket: deps.input.name, key, versionId };
    const lacks = await whatItLacks(deps, version, before);
    if (lacks === undefined) return 0;
    const { id, subject, build, n } = await requestOf(deps, version, AGAIN);
    // One that is under way is looked after elsewhere, and where nothing stands, what failed fails again.
    if (build !== undefined || (lacks === 'outputs' && (await hasFailed(deps, version, n - 1)))) return 0;
    await ask({ kind: 'open', id, event: 'requested', subject, by: {}, request: subject });
    return 1;
  });
  return { seen: due.length, found: found.reduce<number>((sum, one) => sum + one, 0), next };
}

/** Whether an image has no outputs and should, or has those of another version; undefined where all is well, or somebody is at it. */
async function whatItLacks(
  deps: Deps,
  version: SourceVersion,
  before: number,
): Promise<'outputs' | 'its own outputs' | undefined> {
  const last = await deps.log.last(uploadBuildId(version));
  const [output] = planOutputs({ kind: 'upload', version });
  if (last === undefined || output === undefined || Date.parse(last.time) >= before) return undefined;
  const isFinished = last.status === 'FINISHED' && !WITHOUT_OUTPUTS.has(last.code) && !last.removesInput;
  if (!isFinished && last.status !== 'FAILED') return undefined;
  const source = (await deps.output.head(output.key))?.provenance?.source;
  const stands = source?.key === version.key ? source.versionId : undefined;
  if (stands === version.versionId || (stands === undefined && !isFinished)) return undefined;
  // What is replaced in this moment lacks nothing.
  if ((await deps.input.current(version.key))?.versionId !== version.versionId) return undefined;
  return stands === undefined ? 'outputs' : 'its own outputs';
}

async function hasFailed({ log }: Pick<Deps, 'log'>, version: SourceVersion, n: number): Promise<boolean> {
  return n > 0 && (await log.last(requestBuildId(version, AGAIN, n)))?.status === 'FAILED';
}
