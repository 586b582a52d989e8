import { type Build, fold, hasEnded } from '../pipeline/build.ts';
import { requestBuildId } from '../pipeline/build-id.ts';
import type { EventName, RequestedWork, Requester, SourceVersion, Subject } from '../pipeline/log-row.ts';
import type { BuildLog } from './build-log.ts';
import { type Clock, nextRow } from './next-row.ts';

type Deps = Clock & { readonly log: BuildLog };

/** Makes sure that a build has its first row. Whoever comes second finds it there, and that is as good once it names who asked. */
export async function openBuild(
  deps: Deps,
  id: string,
  event: EventName,
  subject: Subject,
  by: Requester = {},
): Promise<void> {
  const image = subject.kind === 'malformed' ? '' : subject.version.key;
  const entry = { status: 'PENDING', event, subject, ...by } as const;
  const isFirst = await deps.log.append(nextRow(deps, { id, image, position: 0, attempt: 0 }, entry));
  if (!isFirst && by.owner !== undefined) await deps.log.nameOwner(id, by.owner);
}

/** Makes a build PENDING again that failed with its row of this position; one that went on since is left alone. */
export async function reopenBuild(deps: Deps, id: string, failedAt: number, by: Requester): Promise<void> {
  const build = fold(await deps.log.read(id));
  if (build?.status !== 'FAILED' || build.position !== failedAt) return;
  const { owner = build.owner, machine = build.machine } = by;
  const entry = { status: 'PENDING', event: 'retried', subject: build.subject, owner, machine } as const;
  await deps.log.append(nextRow(deps, { ...build, attempt: 0 }, entry));
}

export interface RequestedBuild {
  readonly id: string;
  readonly subject: Extract<Subject, { kind: 'request' }>;
  /** As it is under way; undefined for one that is to be opened. */
  readonly build: Build | undefined;
  /** Which of the equal ones it is, from 1. */
  readonly n: number;
}

/**
 * The build that a request for one version is: an equal one that has not ended, or else the next. It is opened by whoever takes its
 * message from the queue, so that none can be open that no message asks for. Each is asked for once the one before has ended: so the
 * first that has not is found by doubling and halving, however often the same was done before.
 */
export async function requestOf(
  { log }: Pick<Deps, 'log'>,
  version: SourceVersion,
  what: RequestedWork,
): Promise<RequestedBuild> {
  const subject = { kind: 'request', version, ...what } as const;
  const nth = async (n: number): Promise<RequestedBuild> => {
    const id = requestBuildId(version, what, n);
    return { id, subject, n, build: fold(await log.read(id)) };
  };
  const isOver = ({ build }: RequestedBuild): boolean => build !== undefined && hasEnded(build);
  let [over, n] = [0, 1];
  let found = await nth(n);
  while (isOver(found)) {
    [over, n] = [n, n * 2];
    found = await nth(n);
  }
  while (n - over > 1) {
    const middle = Math.floor((over + n) / 2);
    const between = await nth(middle);
    if (isOver(between)) over = middle;
    else [n, found] = [middle, between];
  }
  return found;
}
