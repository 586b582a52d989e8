import { type Build, fold, hasEnded, isHeld } from '../pipeline/build.ts';
import type { Work } from '../pipeline/work.ts';
import { type Clock, nextRow } from '../table/next-row.ts';
import { openBuild } from '../table/open-build.ts';
import { claimBuild, newClaim } from './claim.ts';
import type { Deps as BuildDeps } from './deps.ts';

type Deps = Clock & Pick<BuildDeps, 'log' | 'runtime'>;

/** So long nobody else takes a build that only has to be ended. */
const LEASE_MS = 10_000;

/**
 * Ends a build whose message lies in the dead-letter queue, or is on its way there: FAILED, with the reason. What was never opened
 * is opened for it, so that the log tells of every dead letter. Returns the build if it is this call that ended it; one that somebody
 * works on, or that has ended, is left alone.
 */
export async function endExhausted(deps: Deps, work: Work, reason: string): Promise<Build | undefined> {
  if (work.kind === 'open') await openBuild(deps, work.id, work.event, work.subject, work.by);
  const build = await claimed(deps, fold(await deps.log.read(work.id)));
  if (build === undefined) return undefined;
  const message = `${build.image || 'A message'} was tried again and again: ${reason}. Its message lies in the dead-letter queue; redrive it once the cause is mended`;
  const end = {
    status: 'FAILED',
    event: 'failed',
    code: 'RETRIES_EXHAUSTED',
    message,
    durationMs: 0,
  } as const;
  const isEnded = await deps.log.append(nextRow(deps, build, end));
  return isEnded ? fold(await deps.log.read(build.id)) : undefined;
}

/** A build that may be ended: one that is PENDING is claimed, since nothing ends that has not begun. */
async function claimed(deps: Deps, build: Build | undefined): Promise<Build | undefined> {
  if (build === undefined || hasEnded(build) || build.subject.kind === 'clearance') return undefined;
  if (build.status !== 'PENDING') {
    const isFree =
      build.claim === undefined || !isHeld(build.claim, { now: deps.now(), runtime: deps.runtime });
    return isFree ? build : undefined;
  }
  return claimBuild(deps, build, { claim: newClaim(deps, deps.now() + LEASE_MS) });
}
