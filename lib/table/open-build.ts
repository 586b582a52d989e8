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
 * Opens a build that is asked for, of one version. An equal request that has not ended is the same build. Returns its id, which the
 * caller puts into the work queue, again if need be: a build that is open and not in the queue would wait for ever.
 */
export async function requestBuild(deps: Deps, version: SourceVersion, what: RequestedWork): Promise<string> {
  for (let n = 1; ; n += 1) {
    const id = requestBuildId(version, what, n);
    const build = fold(await deps.log.read(id));
    if (build !== undefined && hasEnded(build)) continue;
    if (build === undefined) await openBuild(deps, id, 'requested', { kind: 'request', version, ...what });
    return id;
  }
}
