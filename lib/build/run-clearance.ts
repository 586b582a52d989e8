import { type Build, fold, hasEnded, isHeld } from '../pipeline/build.ts';
import type { Cleared, Clearing } from '../pipeline/log-row.ts';
import type { ClaimedRow } from '../table/build-log.ts';
import { claimBuild, newClaim } from './claim.ts';
import { type ClearDeps, type ClearTurn, clearImages } from './clear-images.ts';
import { type Journal, LostClaim, openJournal } from './journal.ts';

export interface ClearanceDeps extends ClearDeps {
  /** Start of the one-machine runtime; undefined on Lambda. */
  readonly runtime: string | undefined;
}

export interface ClearanceTurn {
  /** When this function will be stopped, in milliseconds since 1970. */
  readonly deadline: number;
  /** When nothing more is begun, so that it can say how far it came. */
  readonly until: number;
}

export interface EndedClearance {
  readonly build: Build;
  /** Whether it ended just now. */
  readonly isNew: boolean;
}

/** Takings without any coming on, a minute apart, after which a clearance is given up until somebody retries it. */
const MAX_TRIES = 10;

/**
 * Goes on with deleting many from where it was left, by the same rules as any build: claimed in the log, taken over from who died, ended
 * once. Undefined while it has not ended, and somebody has to go on. An outage is thrown after the build was given back.
 */
export async function runClearance(
  deps: ClearanceDeps,
  id: string,
  { deadline, until }: ClearanceTurn,
): Promise<EndedClearance | undefined> {
  const build = fold(await deps.log.read(id));
  if (build === undefined) return undefined;
  if (hasEnded(build)) return { build, isNew: false };
  if (build.claim !== undefined && isHeld(build.claim, { now: deps.now(), runtime: deps.runtime }))
    return undefined;
  const { subject, clearing } = build;
  if (subject.kind !== 'clearance' || clearing === undefined) throw new Error(`Build ${id} deletes nothing`);
  const taken = { ...clearing, tries: clearing.tries + 1 };
  const claimed = await claimBuild(deps, build, { claim: newClaim(deps, deadline), clearing: taken });
  if (claimed === undefined) return undefined;
  const row = { build: id, position: claimed.position, owner: claimed.claim?.owner ?? '' };
  const note = noting(deps, row);
  const journal = openJournal(deps, claimed);
  try {
    if (taken.tries > MAX_TRIES) return await giveUp(journal, subject, taken);
    const clearance = { ...subject, owner: build.owner ?? '' };
    const soFar = await clearImages(deps, clearance, taken, { until, note });
    if (soFar.isDone) return await finish(journal, subject, soFar.clearing);
    await note(soFar.clearing);
    await deps.log.release(row);
    return undefined;
  } catch (error) {
    if (error instanceof LostClaim) return undefined;
    await deps.log.release(row).catch(() => undefined);
    throw error;
  }
}

/** Notes in the row of a claim how far its owner came, while nobody else has a later one. */
function noting({ log }: ClearanceDeps, row: ClaimedRow): ClearTurn['note'] {
  return async (clearing) => {
    const last = await log.last(row.build);
    if (last?.position !== row.position || !(await log.note(row, clearing))) throw new LostClaim(row.build);
  };
}

/** Which images, in words. */
export function tellCleared({ prefix, purge }: Cleared, { before }: Pick<Clearing, 'before'>): string {
  const which = prefix === '' ? 'All images' : `All images under ${prefix}`;
  return `${which} from before ${before}${purge ? ', with all versions' : ''}`;
}

async function finish(journal: Journal, cleared: Cleared, clearing: Clearing): Promise<EndedClearance> {
  const message = `${tellCleared(cleared, clearing)}: ${clearing.deleted} deleted`;
  const nothing = { outputs: [], bytesIn: 0, bytesOut: 0, durationMs: journal.elapsedMs() };
  await journal.write({ status: 'FINISHED', event: 'finished', ...nothing, clearing, message });
  return { build: journal.build(), isNew: true };
}

async function giveUp(journal: Journal, cleared: Cleared, clearing: Clearing): Promise<EndedClearance> {
  const message = `${tellCleared(cleared, clearing)}: ${clearing.deleted} deleted, and then a service that it needs failed ${MAX_TRIES} times. Retry it once the cause is mended: it goes on there`;
  const durationMs = journal.elapsedMs();
  await journal.write({ status: 'FAILED', event: 'failed', code: 'RETRIES_EXHAUSTED', message, durationMs });
  return { build: journal.build(), isNew: true };
}
