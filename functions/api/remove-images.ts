import { DarkroomError } from '../../lib/error.ts';
import { type Answer, jsonAnswer } from '../../lib/http/answer.ts';
import type { Request } from '../../lib/http/request.ts';
import { inParallel } from '../../lib/in-parallel.ts';
import type { Place } from '../../lib/store/input-versions.ts';
import type { Deps } from './deps.ts';
import { removeKey } from './remove-image.ts';

/** The gateway waits for 30 s: so long one request goes on to begin with another stretch of keys. */
const MAX_MS = 10_000;
/** Keys that are removed before the clock is looked at, and how many of them at once. */
const STRETCH = 200;
const WIDTH = 16;

/**
 * `DELETE /images?confirm=all`: the images under a prefix, in the order of their keys. What does not fit into the time is left, and the
 * answer says so; the same request goes on there, since what is deleted is listed no more.
 */
export async function removeImages(deps: Deps, { query, caller }: Request<'removeMany'>): Promise<Answer> {
  const { prefix = '', confirm, purge = false } = query;
  if (confirm === undefined) {
    const what = prefix === '' ? 'all images' : `all images under ${prefix}`;
    throw new DarkroomError(
      'BAD_REQUEST',
      `confirm is missing: ${what} would be deleted; confirm=all does it`,
    );
  }
  const until = deps.now() + MAX_MS;
  let deleted = 0;
  let place: Place | undefined;
  do {
    const page = await deps.versions.list(prefix, place);
    for (let from = 0; from < page.images.length; from += STRETCH) {
      if (deps.now() > until) return tell(deleted, true);
      const stretch = page.images.slice(from, from + STRETCH);
      await inParallel(stretch, WIDTH, ({ key }) => removeKey(deps, key, { owner: caller.name, purge }));
      deleted += stretch.length;
    }
    place = page.next;
  } while (place !== undefined && deps.now() <= until);
  return tell(deleted, place !== undefined);
}

function tell(deleted: number, more: boolean): Answer {
  if (!more) return jsonAnswer('removeMany', 200, { status: 'Pictures deleted', deleted });
  const status = 'Pictures deleted, and there are more: the same request goes on with them';
  return jsonAnswer('removeMany', 200, { status, deleted, more });
}
