import { clearImages } from '../../lib/build/clear-images.ts';
import { leaveClearance } from '../../lib/build/leave-clearance.ts';
import { DarkroomError } from '../../lib/error.ts';
import { type Answer, jsonAnswer } from '../../lib/http/answer.ts';
import { buildUrl, eventsUrl } from '../../lib/http/links.ts';
import type { Request } from '../../lib/http/request.ts';
import type { Deps } from './deps.ts';
import { demandUnguarded } from './guarded.ts';

/** So long a request goes on to begin with another stretch of keys, and no longer than half of its function's time. */
const MAX_MS = 10_000;
/** Who goes on comes each minute. */
const RETRY_SECONDS = 15;
/** The bucket tells when an upload came to the second: those of this second were there as well. */
const SECOND_MS = 1_000;

/**
 * `DELETE /images?confirm=all`: the images under a prefix that are there by now. What does not fit into the time of a request goes on as a
 * build of its own, and the answer is a 202.
 */
export async function removeImages(deps: Deps, request: Request<'removeMany'>): Promise<Answer> {
  const { query, caller, baseUrl, remainingMs } = request;
  const { prefix = '', confirm, purge = false } = query;
  demandUnguarded(request, 'DELETE /images/{name}');
  if (confirm === undefined) {
    const what = prefix === '' ? 'all images' : `all images under ${prefix}`;
    throw new DarkroomError(
      'BAD_REQUEST',
      `confirm is missing: ${what} would be deleted; confirm=all does it`,
    );
  }
  const until = deps.now() + Math.min(MAX_MS, remainingMs() / 2);
  const before = new Date((await deps.input.time()).getTime() + SECOND_MS).toISOString();
  const clearance = { bucket: deps.input.name, prefix, purge, owner: caller.name };
  const note = (): Promise<void> => Promise.resolve();
  const begun = { before, after: '', deleted: 0, tries: 0 };
  const { clearing, isDone } = await clearImages(deps, clearance, begun, { until, note });
  if (isDone) return jsonAnswer('removeMany', 200, { status: 'Pictures deleted', deleted: clearing.deleted });

  const { id, status } = await leaveClearance(deps, clearance, clearing);
  const location = buildUrl(baseUrl, id);
  const links = { status: location, build: location, events: eventsUrl(baseUrl, id) };
  const headers = { location, 'retry-after': String(RETRY_SECONDS) };
  return jsonAnswer('removeMany', 202, { id, status, links }, headers);
}
