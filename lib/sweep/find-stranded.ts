import { inParallel } from '../in-parallel.ts';
import { type Build, fold, hasEnded, isHeld } from '../pipeline/build.ts';
import type { LogRow } from '../pipeline/log-row.ts';
import { type Cursor, keyOfRow } from '../table/events-cursor.ts';
import { hourOf } from '../table/keys.ts';
import type { Ask, Deps } from './deps.ts';

export interface Stranded {
  /** Builds that are asked for again. */
  readonly found: number;
  /** How long the oldest build has been PENDING, of those that were looked at. */
  readonly oldestPendingMs: number;
}

export interface Watch {
  readonly ask: Ask;
  /** A build whose last row, or lease, is younger than this is somebody's: milliseconds since 1970. */
  readonly before: number;
  readonly until: number;
}

const WALK = 'builds';
/** The first walk begins so far back. */
const FIRST_MS = 24 * 3_600_000;
/** Rows that are read at once, and how often in one run. */
const PAGE = 1_000;
const PAGES = 10;
/** Builds that are read at once. */
const WIDTH = 16;
/** A build that waits in a long queue is asked for no more often than this. */
const ASK_AGAIN_MS = 3_600_000;

/**
 * Finds builds that have begun and that nobody brings to their end. The log is followed in order of time; a walk that met builds which
 * had not ended begins again with the page of the first of them. So what has ended is read once, and nothing is scanned.
 */
export async function findStranded(deps: Deps, watch: Watch): Promise<Stranded> {
  const kept = (await deps.state.load(WALK)) as Progress | undefined;
  let progress: Progress = kept ?? { since: new Date(deps.now() - FIRST_MS).toISOString() };
  const until = new Date(watch.before).toISOString();
  let found = 0;
  let isAtEnd = false;
  for (let page = 0; page < PAGES && !isAtEnd && deps.now() < watch.until; page += 1) {
    const { since, cursor } = progress;
    const query = { order: 'asc', limit: PAGE, since, until } as const;
    const { rows, next } = await deps.events.list({ ...query, ...(cursor && { cursor }) });
    const open = await openAmong(deps, rows);
    found += await askForAll(deps, open, watch);
    progress = { ...noting(progress, open), cursor: next ?? behind(rows) ?? cursor };
    isAtEnd = next === undefined;
  }
  const { since, cursor, again, oldestPending } = progress;
  await deps.state.save(WALK, isAtEnd ? { since, cursor: again ? again.cursor : cursor } : progress);
  return {
    found,
    oldestPendingMs: oldestPending === undefined ? 0 : deps.now() - Date.parse(oldestPending),
  };
}

/** What is kept of the walk; only this module keeps it. */
interface Progress {
  /** RFC 3339: nothing before it is looked at. */
  readonly since: string;
  readonly cursor?: Cursor | undefined;
  /** Where the first page begins that has a build which has not ended. */
  readonly again?: { readonly cursor?: Cursor | undefined };
  /** Since when a build has been PENDING, the oldest that was met. */
  readonly oldestPending?: string | undefined;
}

/** The last rows of those builds among some rows that have not ended by now. */
async function openAmong(deps: Deps, rows: readonly LogRow[]): Promise<readonly LogRow[]> {
  const ended = new Set(rows.filter(isEnd).map(({ build }) => build));
  const others = [...new Set(rows.map(({ build }) => build))].filter((build) => !ended.has(build));
  const last = await inParallel(others, WIDTH, (build) => deps.log.last(build));
  return last.filter((row) => row !== undefined).filter((row) => !isEnd(row));
}

function isEnd({ status }: LogRow): boolean {
  return status === 'FINISHED' || status === 'FAILED';
}

async function askForAll(deps: Deps, open: readonly LogRow[], { ask, before }: Watch): Promise<number> {
  const asked = await inParallel(open, WIDTH, async (last) => {
    const build = await nobodys(deps, last, before);
    if (build === undefined || !(await deps.state.mayAskAgain(build.id, ASK_AGAIN_MS))) return 0;
    await ask({ kind: build.subject.kind === 'clearance' ? 'clearance' : 'build', id: build.id });
    return 1;
  });
  return asked.reduce<number>((sum, one) => sum + one, 0);
}

/** The build, if its lease, should it have one, ended long enough ago for its message to have come again. */
async function nobodys(deps: Deps, last: LogRow, before: number): Promise<Build | undefined> {
  if (Date.parse(last.time) >= before) return undefined;
  const build = fold(await deps.log.read(last.build));
  if (build === undefined || hasEnded(build)) return undefined;
  const isSomebodys =
    build.claim !== undefined && isHeld(build.claim, { now: before, runtime: deps.runtime });
  return isSomebodys ? undefined : build;
}

function noting(progress: Progress, open: readonly LogRow[]): Progress {
  if (open.length === 0) return progress;
  const pending = open.filter(({ status }) => status === 'PENDING').map(({ time }) => time);
  const [oldestPending] = [progress.oldestPending, ...pending]
    .filter((time) => time !== undefined)
    .toSorted();
  return { ...progress, again: progress.again ?? { cursor: progress.cursor }, oldestPending };
}

/** The place behind the last of some rows: what is written from now on lies beyond it. */
function behind(rows: readonly LogRow[]): Cursor | undefined {
  const last = rows.at(-1);
  const after = last && keyOfRow(last, 'gsi2');
  return last && { hour: hourOf(last.time), ...(after && { after }) };
}
