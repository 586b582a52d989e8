import { type Build, follow } from '../pipeline/build.ts';
import type { Claim, Clearing } from '../pipeline/log-row.ts';
import type { BuildLog } from '../table/build-log.ts';
import { type Clock, nextRow } from '../table/next-row.ts';

interface Deps extends Clock {
  readonly log: Pick<BuildLog, 'append'>;
  /** Start of the one-machine runtime; undefined on Lambda. */
  readonly runtime: string | undefined;
}

/** A worker may be stopped late, and its clock may run ahead of another's: so long a lease stands beyond the deadline. */
export const LEASE_MARGIN_MS = 1_000;

/** A claim for a worker that will be stopped at `deadline`, in milliseconds since 1970. */
export function newClaim({ newId, runtime }: Pick<Deps, 'newId' | 'runtime'>, deadline: number): Claim {
  return {
    owner: newId(),
    leaseUntil: deadline + LEASE_MARGIN_MS,
    ...(runtime !== undefined && { runtime }),
  };
}

/** Claims a build that nobody holds. Returns it as it is then; undefined when another worker was quicker. */
export async function claimBuild(
  deps: Deps,
  build: Build,
  { claim, clearing }: { readonly claim: Claim; readonly clearing?: Clearing },
): Promise<Build | undefined> {
  const event = build.claim === undefined ? 'claimed' : 'taken-over';
  const place = { ...build, attempt: build.attempt + 1 };
  const row = nextRow(deps, place, { status: 'STARTED', event, claim, clearing });
  return (await deps.log.append(row)) ? follow(build, row) : undefined;
}
