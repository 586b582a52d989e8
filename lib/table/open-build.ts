import { fold, hasEnded } from '../pipeline/build.ts';
import { requestBuildId } from '../pipeline/build-id.ts';
import type { EventName, RequestedWork, SourceVersion, Subject } from '../pipeline/log-row.ts';
import type { BuildLog } from './build-log.ts';
import { type Clock, nextRow } from './next-row.ts';

type Deps = Clock & { readonly log: BuildLog };

/** Makes sure that a build has its first row. Whoever comes second finds it there, and that is as good. */
export async function openBuild(deps: Deps, id: string, event: EventName, subject: Subject): Promise<void> {
  const image = subject.kind === 'malformed' ? '' : subject.version.key;
  const entry = { status: 'PENDING', event, subject } as const;
  await deps.log.append(nextRow(deps, { id, image, position: 0, attempt: 0 }, entry));
}

/**
 * The build that a request for one version is: an equal one that has not ended, or else the next. It is opened by whoever takes its
 * message from the queue, so that none can be open that no message asks for.
 */
export async function requestOf(
  { log }: Pick<Deps, 'log'>,
  version: SourceVersion,
  what: RequestedWork,
): Promise<{ readonly id: string; readonly subject: Extract<Subject, { kind: 'request' }> }> {
  for (let n = 1; ; n += 1) {
    const id = requestBuildId(version, what, n);
    const build = fold(await log.read(id));
    if (build === undefined || !hasEnded(build))
      return { id, subject: { kind: 'request', version, ...what } };
  }
}
