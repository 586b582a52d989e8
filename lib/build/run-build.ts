import { DarkroomError, type ErrorCode } from '../error.ts';
import { type Build, fold, hasEnded, isDeath, isHeld, MAX_DEATHS } from '../pipeline/build.ts';
import type { CurrentVersion } from '../store/input-bucket.ts';
import { nextRow } from '../table/next-row.ts';
import { claimBuild, LEASE_MARGIN_MS, newClaim } from './claim.ts';
import type { Deps } from './deps.ts';
import { followRemoval } from './follow-removal.ts';
import { type Journal, LostClaim, openJournal } from './journal.ts';
import type { MadeOutput } from './made-output.ts';
import { makeOutputs } from './make-outputs.ts';
import { settleEnded } from './settle.ts';

/** What became of a build: it has ended, somebody else is at it and may be done in so many seconds, or it is none of this worker's. */
export type Outcome = Ended | { readonly againInSeconds: number } | { readonly isOthers: true };

export interface Ended {
  /** As it has ended. */
  readonly build: Build;
  /** Whether this worker ended it just now. */
  readonly isNew: boolean;
  /** What this worker made of it; nothing where another one did, or where there was nothing to make. */
  readonly made: readonly MadeOutput[];
}

export interface Turn {
  /** When this function will be stopped, in milliseconds since 1970. */
  readonly deadline: number;
  /** Told at the claim, so that the message comes back soon after this worker should die. It never throws. */
  readonly onClaim: (leaseSeconds: number) => Promise<void>;
  /** The build as this worker opened or read it just now: its log need not be read before it is claimed. */
  readonly opened?: Build | undefined;
  /** The version that the input bucket had just now: asked again behind the last write, as ever. */
  readonly current?: CurrentVersion | undefined;
}

/**
 * Brings a build to its end, as far as it is this worker's to bring: claims it in the log, does what it is about, ends it as
 * FINISHED or, for what is wrong with the picture itself, as FAILED. An outage is thrown after the build was given back.
 */
export async function runBuild(deps: Deps, id: string, turn: Turn): Promise<Outcome> {
  for (let known = turn.opened; ; known = undefined) {
    const build = known ?? fold(await deps.log.read(id));
    if (build === undefined) throw new Error(`The log has no build ${id}`);
    // Whoever makes outputs may delete no uploads.
    if (build.subject.kind === 'clearance') return { isOthers: true };
    if (hasEnded(build)) {
      if (build.status === 'FAILED' && RETRIED.has(build.code)) {
        await deps.log.append(retry(deps, build));
        continue;
      }
      await settleEnded(deps, build);
      return { build, isNew: false, made: [] };
    }
    if (build.claim !== undefined && isHeld(build.claim, { now: deps.now(), runtime: deps.runtime })) {
      return { againInSeconds: (build.claim.leaseUntil - deps.now() + LEASE_MARGIN_MS) / 1_000 };
    }
    const claim = newClaim(deps, turn.deadline);
    const claimed = await claimBuild(deps, build, { claim });
    if (claimed === undefined) continue;
    await turn.onClaim((claim.leaseUntil - deps.now() + LEASE_MARGIN_MS) / 1_000);
    return work(deps, build, openJournal(deps, claimed), turn);
  }
}

/** Failures that a message which comes again (a redrive) may mend; every other FAILED stays until somebody asks for a retry. */
const RETRIED: ReadonlySet<ErrorCode | string | undefined> = new Set([
  'RETRIES_EXHAUSTED',
] satisfies ErrorCode[]);

/** Does what a build is about, that this worker has claimed; `build` is as it was before the claim. */
async function work(deps: Deps, build: Build, journal: Journal, turn: Turn): Promise<Outcome> {
  const { id, position, claim } = journal.build();
  try {
    const made = await carryOut(deps, build, journal, turn);
    return { build: journal.build(), isNew: true, made };
  } catch (error) {
    if (error instanceof LostClaim) return { againInSeconds: LEASE_MARGIN_MS / 1_000 };
    await deps.log.release({ build: id, position, owner: claim?.owner ?? '' }).catch(() => undefined);
    throw error;
  }
}

async function carryOut(
  deps: Deps,
  build: Build,
  journal: Journal,
  { current }: Turn,
): Promise<readonly MadeOutput[]> {
  const { subject } = build;
  try {
    if (subject.kind === 'malformed') throw malformed(subject.reason, subject.body);
    if (subject.kind === 'removal') await followRemoval(deps, subject, journal);
    if (subject.kind === 'upload' || subject.kind === 'request')
      return await makeOutputs(deps, { ...build, subject, givenUp: givenUp(deps, build) }, journal, current);
  } catch (error) {
    if (!(error instanceof DarkroomError)) throw error;
    const { code, message } = error;
    const durationMs = journal.elapsedMs();
    await journal.write({ status: 'FAILED', event: 'failed', code, message, durationMs });
  }
  return [];
}

function malformed(reason: string, body: string): DarkroomError {
  return new DarkroomError(
    'MALFORMED_EVENT',
    `The queue held a message that Darkroom cannot read: ${reason}: ${body}`,
  );
}

/** Why a build is not tried again: the worker that held it died where another one had died before. */
function givenUp(deps: Deps, { claim, deaths, status, image }: Build): DarkroomError | undefined {
  if (claim === undefined || !isDeath(claim, deps.runtime) || (deaths[status] ?? 0) + 1 < MAX_DEATHS)
    return undefined;
  return new DarkroomError(
    'RESOURCE_EXHAUSTED',
    `${image} was given up: ${MAX_DEATHS} workers died in state ${status}, so it needs more memory or time than there is. Make it smaller, or give the process function more, and retry`,
  );
}

function retry(deps: Deps, build: Build) {
  return nextRow(
    deps,
    { ...build, attempt: 0 },
    {
      status: 'PENDING',
      event: 'retried',
      ...{ subject: build.subject, owner: build.owner, machine: build.machine },
    },
  );
}
