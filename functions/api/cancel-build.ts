import { DarkroomError } from '../../lib/error.ts';
import { type Answer, jsonAnswer } from '../../lib/http/answer.ts';
import type { Request } from '../../lib/http/request.ts';
import { nextRow } from '../../lib/table/next-row.ts';
import { describeBuild, findBuild } from './build.ts';
import type { Deps } from './deps.ts';

/** `DELETE /build/{id}`: ends a build that no worker has claimed. Of a worker and a cancellation at once, the log lets one be first. */
export async function cancelBuild(
  deps: Deps,
  { params, caller, baseUrl }: Request<'cancelBuild'>,
): Promise<Answer> {
  const build = await findBuild(deps, params.id);
  const message = `${caller.name} cancelled it before it started`;
  const nothing = { outputs: [], bytesIn: 0, bytesOut: 0, durationMs: 0 };
  const entry = { status: 'FINISHED', event: 'cancelled', code: 'CANCELLED', message, ...nothing } as const;
  if (build.status === 'PENDING' && (await deps.log.append(nextRow(deps, build, entry)))) {
    return jsonAnswer('cancelBuild', 200, describeBuild(await findBuild(deps, build.id), baseUrl));
  }
  const { status } = await findBuild(deps, build.id);
  throw new DarkroomError(
    'CONFLICT',
    `Build ${build.id} is ${status}; only one that is PENDING can be cancelled`,
  );
}
