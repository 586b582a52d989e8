import type { ErrorCode } from '../error.ts';
import type {
  Claim,
  Clearing,
  EndCode,
  FinishedRow,
  LogRow,
  OutputRecord,
  PendingRow,
  Requester,
  Subject,
} from './log-row.ts';
import { mayFollow, type Status } from './status.ts';

/** A build as its log tells it: nothing about it is kept anywhere else, so status and log cannot disagree. */
export interface Build {
  readonly id: string;
  readonly status: Status;
  /** Position of the last row. */
  readonly position: number;
  readonly image: string;
  readonly subject: Subject;
  readonly attempt: number;
  /** Of the last taking, until the build has ended. */
  readonly claim: Claim | undefined;
  /** How often a worker died in each state since the build was last PENDING, the last worker left out. */
  readonly deaths: Readonly<Partial<Record<Status, number>>>;
  /** Outputs that were written or announced since the build was last PENDING. */
  readonly outputs: readonly OutputRecord[];
  readonly code: ErrorCode | EndCode | undefined;
  readonly message: string | undefined;
  readonly end: FinishedRow | undefined;
  /** Of a clearance: how far it has come, whoever was at it. */
  readonly clearing: Clearing | undefined;
  readonly owner: string | undefined;
  readonly machine: Requester['machine'];
  /** First time of each state that it is or was in. */
  readonly times: Readonly<Partial<Record<Status, string>>>;
}

/**
 * The state of a build from its rows in order of position; undefined for no rows.
 * Throws an Error when the rows are not a legal path: that is damage, never a state to work with.
 */
export function fold(rows: readonly LogRow[]): Build | undefined {
  let build: Build | undefined;
  for (const row of rows) build = follow(build, row);
  return build;
}

/** What a build becomes by its next row. Throws an Error for a row that cannot be the next. */
export function follow(build: Build | undefined, row: LogRow): Build {
  if (row.position !== (build?.position ?? 0) + 1 || !mayFollow(build?.status, row.status)) {
    throw new Error(
      `The log of build ${row.build} is damaged: row ${row.position} (${row.status}) follows ${build?.status ?? 'nothing'}`,
    );
  }
  return apply(build, row);
}

function apply(build: Build | undefined, row: LogRow): Build {
  const times = { [row.status]: row.time, ...build?.times };
  const common = { id: row.build, position: row.position, image: row.image, attempt: row.attempt, times };
  if (row.status === 'PENDING') {
    const fresh = {
      claim: undefined,
      deaths: {},
      outputs: [],
      code: undefined,
      message: undefined,
      end: undefined,
    };
    const { status, subject, owner, machine } = row;
    return { ...common, ...fresh, clearing: clearingOf(build, row), status, subject, owner, machine };
  }
  if (build === undefined) throw new Error(`The log of build ${row.build} does not begin with PENDING`);
  const next = { ...build, ...common, status: row.status };
  switch (row.status) {
    case 'STARTED':
      return {
        ...next,
        claim: row.claim,
        deaths: withDeath(build, row.claim),
        clearing: row.clearing ?? build.clearing,
      };
    case 'BUILDING':
      return next;
    case 'CONVERTING':
      return { ...next, outputs: row.outputs };
    case 'FINISHED':
      return {
        ...next,
        outputs: row.outputs,
        code: row.code,
        message: row.message,
        end: row,
        clearing: row.clearing ?? build.clearing,
      };
    case 'FAILED':
      return { ...next, outputs: [], code: row.code, message: row.message };
  }
}

/** A retry goes on where it was given up. */
function clearingOf(build: Build | undefined, { subject }: PendingRow): Clearing | undefined {
  if (build?.clearing !== undefined) return { ...build.clearing, tries: 0 };
  return subject.kind === 'clearance' ? subject.begun : undefined;
}

/** A taking over counts as a death of the worker before, unless that one gave the build back or went down with its whole runtime. */
function withDeath(build: Build, claim: Claim): Build['deaths'] {
  if (build.claim === undefined || !isDeath(build.claim, claim.runtime)) return build.deaths;
  return { ...build.deaths, [build.status]: (build.deaths[build.status] ?? 0) + 1 };
}

export function isDeath(claim: Claim, runtime: string | undefined): boolean {
  return claim.released !== true && claim.runtime === runtime;
}

/** True while somebody else may still be at work: an unexpired lease of this start of the runtime that was not given back. */
export function isHeld(
  claim: Claim,
  at: { readonly now: number; readonly runtime: string | undefined },
): boolean {
  return isDeath(claim, at.runtime) && claim.leaseUntil > at.now;
}

export function hasEnded(build: Build): boolean {
  return build.status === 'FINISHED' || build.status === 'FAILED';
}

/** Deaths in one and the same state after which a build is given up: a third try would die as well. */
export const MAX_DEATHS = 2;
