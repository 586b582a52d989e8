import { type Build, fold, hasEnded } from '../pipeline/build.ts';
import { clearanceBuildId, requestBuildId } from '../pipeline/build-id.ts';
import type {
  Cleared,
  EventName,
  RequestedWork,
  Requester,
  SourceVersion,
  Subject,
} from '../pipeline/log-row.ts';
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
  const image = 'version' in subject ? subject.version.key : '';
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

/** The build that a request for one version is. It is opened by whoever takes its message, so that none can be open that no message asks for. */
export async function requestOf(
  { log }: Pick<Deps, 'log'>,
  version: SourceVersion,
  what: RequestedWork,
): Promise<RequestedBuild> {
  const subject = { kind: 'request', version, ...what } as const;
  return { subject, ...(await firstOpen(log, (n) => requestBuildId(version, what, n))) };
}

/** The build that a request to delete many is: that of an equal one which has not ended, or else the next. */
export function clearanceOf(
  { log }: Pick<Deps, 'log'>,
  what: Cleared,
): Promise<Omit<RequestedBuild, 'subject'>> {
  return firstOpen(log, (n) => clearanceBuildId(what, n));
}

/**
 * Of equal requests the one that has not ended, or else the next. Each is asked for once the one before has ended: so the first that
 * has not is found by doubling and halving, however often the same was done before.
 */
async function firstOpen(
  log: Pick<BuildLog, 'read'>,
  idOf: (n: number) => string,
): Promise<Omit<RequestedBuild, 'subject'>> {
  const nth = async (n: number): Promise<Omit<RequestedBuild, 'subject'>> => {
    const id = idOf(n);
    return { id, n, build: fold(await log.read(id)) };
  };
  const isOver = ({ build }: Omit<RequestedBuild, 'subject'>): boolean =>
    build !== undefined && hasEnded(build);
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
