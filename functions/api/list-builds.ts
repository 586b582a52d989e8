import { type Answer, jsonAnswer } from '../../lib/http/answer.ts';
import { decodeCursor, encodeCursor } from '../../lib/http/cursor.ts';
import type { Request } from '../../lib/http/request.ts';
import { inParallel } from '../../lib/in-parallel.ts';
import type { Build } from '../../lib/pipeline/build.ts';
import { type Cursor, isCursor } from '../../lib/table/events-cursor.ts';
import { describeBuild, findBuild } from './build.ts';
import type { Deps } from './deps.ts';

/** What one request may cost: then its page is short, and `next` goes on. */
const MAX_READS = 5;
const MAX_MS = 2_000;
/** Builds that are read at once. */
const WIDTH = 16;

/** `GET /build`: by the first rows of their logs, newest first. What became of each is read from its own log. */
export async function listBuilds(
  deps: Pick<Deps, 'events' | 'log' | 'now'>,
  { query, caller, baseUrl }: Request<'builds'>,
): Promise<Answer> {
  const { cursor, limit = 100, status, image, owner } = query;
  const asked = { status, image, owner: owner && caller.name };
  const isAsked = (build: Build): boolean =>
    (status === undefined || build.status === status) && (owner === undefined || build.owner === asked.owner);
  const until = deps.now() + MAX_MS;
  const found: Build[] = [];
  let place = cursor === undefined ? undefined : decodeCursor(asked, cursor, isCursor);
  for (let reads = 0; reads < MAX_READS && deps.now() < until && found.length < limit; reads += 1) {
    const page = await deps.events.list({
      ...{ order: 'desc', isFirst: true, limit: limit - found.length },
      ...(image !== undefined && { image }),
      ...(place !== undefined && { cursor: place }),
    });
    const builds = await inParallel(page.rows, WIDTH, ({ build }) => findBuild(deps, build));
    found.push(...builds.filter(isAsked));
    place = page.next;
    if (place === undefined) break;
  }
  const builds = found.map((build) => describeBuild(build, baseUrl));
  return jsonAnswer('builds', 200, { builds, next: nextOf(asked, place) });
}

function nextOf(asked: object, place: Cursor | undefined): string | null {
  return place === undefined ? null : encodeCursor(asked, place);
}
