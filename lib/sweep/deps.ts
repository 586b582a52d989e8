import type { Deps as BuildDeps } from '../build/deps.ts';
import type { Work } from '../pipeline/work.ts';
import type { WorkQueue } from '../queue/work-queue.ts';
import type { InputBucket } from '../store/input-bucket.ts';
import type { InputVersions } from '../store/input-versions.ts';
import type { OutputBucket } from '../store/output-bucket.ts';
import type { BuildLog } from '../table/build-log.ts';
import type { Clearances } from '../table/clearances.ts';
import type { EventLog } from '../table/events.ts';
import type { Clock } from '../table/next-row.ts';
import { openBuild } from '../table/open-build.ts';
import type { OpenedBuilds } from '../table/opened-builds.ts';
import type { SweepState } from '../table/sweep-state.ts';

/** What it takes to look for work that nobody does. */
export interface Deps extends Clock {
  readonly input: Pick<InputBucket, 'name' | 'current'>;
  readonly versions: Pick<InputVersions, 'page'>;
  readonly output: Pick<OutputBucket, 'head' | 'page'>;
  readonly log: BuildLog;
  readonly opened: OpenedBuilds;
  readonly events: Pick<EventLog, 'list'>;
  readonly queue: Pick<WorkQueue, 'send'>;
  readonly clearances: Pick<Clearances, 'add'>;
  readonly state: SweepState;
  readonly announce?: BuildDeps['announce'];
  /** Start of the one-machine runtime; undefined on Lambda. */
  readonly runtime: string | undefined;
}

/** Work that the sweep may find missing. */
export type Found =
  | (Extract<Work, { kind: 'open' | 'build' }> & { readonly request?: Parameters<WorkQueue['send']>[1] })
  | { readonly kind: 'clearance'; readonly id: string };

/** Does, or only notes, what was found. */
export type Ask = (work: Found) => Promise<void>;

/**
 * Asks for work: its build is opened first, so that it is found missing no second time, however long the queue is. Should the message
 * not be sent after that, the build is one that nobody does. A clearance is listed for who goes on with it.
 */
export function asking(deps: Pick<Deps, 'log' | 'queue' | 'clearances' | 'now' | 'newId'>): Ask {
  return async (work) => {
    if (work.kind === 'clearance') return deps.clearances.add(work.id);
    if (work.kind === 'open') await openBuild(deps, work.id, work.event, work.subject, work.by);
    await deps.queue.send(work.id, work.request);
  };
}
