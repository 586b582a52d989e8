import type { Build } from '../pipeline/build.ts';
import type { Cleared, Clearing } from '../pipeline/log-row.ts';
import type { Status } from '../pipeline/status.ts';
import type { BuildLog } from '../table/build-log.ts';
import type { Clearances } from '../table/clearances.ts';
import { type Clock, nextRow } from '../table/next-row.ts';
import { clearanceOf } from '../table/open-build.ts';
import type { Clearance } from './clear-images.ts';

interface Deps extends Clock {
  readonly log: BuildLog;
  readonly clearances: Pick<Clearances, 'add'>;
}

/**
 * Leaves what a request could not delete in its time to whoever goes on with it: a build of its own, or the equal one that is under way,
 * which from then on means all that this request means.
 */
export async function leaveClearance(
  deps: Deps,
  { owner, bucket, prefix, purge }: Clearance,
  clearing: Clearing,
): Promise<{ readonly id: string; readonly status: Status }> {
  const cleared: Cleared = { bucket, prefix, purge };
  for (;;) {
    const { id, build } = await clearanceOf(deps, cleared);
    if (build?.clearing !== undefined && build.clearing.before > clearing.before)
      return { id, status: build.status };
    await deps.clearances.add(id);
    const row =
      build === undefined ? opening(deps, id, { cleared, clearing, owner }) : joining(deps, build, clearing);
    if (await deps.log.append(row)) return { id, status: row.status };
  }
}

function opening(
  deps: Deps,
  id: string,
  {
    cleared,
    clearing,
    owner,
  }: { readonly cleared: Cleared; readonly clearing: Clearing; readonly owner: string },
) {
  const subject = { kind: 'clearance', ...cleared, begun: clearing } as const;
  const place = { id, image: '', position: 0, attempt: 0 };
  return nextRow(deps, place, { status: 'PENDING', event: 'requested', subject, owner });
}

/**
 * Takes the build over from whoever is at it, and gives it back at once: it has to go on from where this request came to, so that what
 * was uploaded between the two requests goes as well. Who had it stops at its next stretch.
 */
function joining(deps: Deps, build: Build, { before, after, deleted }: Clearing) {
  const { deleted: known = 0, stretch } = build.clearing ?? {};
  const clearing = { before, after, deleted: deleted + known + (stretch?.images ?? 0), tries: 0 };
  const claim = { owner: deps.newId(), leaseUntil: deps.now(), released: true };
  const place = { ...build, attempt: build.attempt + 1 };
  return nextRow(deps, place, { status: 'STARTED', event: 'asked-again', claim, clearing });
}
