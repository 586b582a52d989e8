import { DarkroomError } from '../../lib/error.ts';
import { type Answer, jsonAnswer } from '../../lib/http/answer.ts';
import { buildUrl, eventsUrl } from '../../lib/http/links.ts';
import type { Request } from '../../lib/http/request.ts';
import { reopenBuild } from '../../lib/table/open-build.ts';
import { findBuild } from './build.ts';
import type { Deps } from './deps.ts';

/** `POST /build/{id}/retry`: runs a build again that FAILED. Whoever is asked for it can reopen it as well, should this function not live to. */
export async function retryBuild(
  deps: Deps,
  { params, caller, baseUrl }: Request<'retryBuild'>,
): Promise<Answer> {
  const { id, status, position, subject } = await findBuild(deps, params.id);
  if (status !== 'FAILED') {
    throw new DarkroomError('CONFLICT', `Build ${id} is ${status}; only one that FAILED can be retried`);
  }
  const by = { owner: caller.name };
  if (subject.kind !== 'clearance') await deps.queue.retry(id, position, by);
  await reopenBuild(deps, id, position, by);
  if (subject.kind === 'clearance') await deps.clearances.add(id);
  const location = buildUrl(baseUrl, id);
  const links = { status: location, build: location, events: eventsUrl(baseUrl, id) };
  return jsonAnswer('retryBuild', 202, { id, status: 'PENDING', links }, { location });
}
