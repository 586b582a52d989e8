import { type Answer, jsonAnswer } from '../../lib/http/answer.ts';
import { demandWritable, factsTag } from '../../lib/http/conditional.ts';
import { namedKey, type Request } from '../../lib/http/request.ts';
import { findImage } from '../../lib/store/find-image.ts';
import type { Deps } from './deps.ts';
import { isGuarded } from './guarded.ts';

/** How often facts may change under one write before that is a fault. */
const MAX_CHANGES = 5;

/** `PUT /images/{path}?meta=true`: the object in place of the one before. A new version of the image keeps it. */
export async function putFacts(
  deps: Pick<Deps, 'input' | 'facts'>,
  request: Request<'putFacts'>,
): Promise<Answer> {
  const { key, current } = await findImage(deps.input, namedKey(request, 'path'));
  if (isGuarded(request)) await replaceFacts(deps, key, current.versionId, request);
  else await deps.facts.put(key, request.json);
  const etag = factsTag(current.versionId, request.json);
  return jsonAnswer('putFacts', 200, request.json, etag === undefined ? {} : { etag });
}

/** In place of what the conditions were held against, and of nothing that came between. Throws DarkroomError PRECONDITION_FAILED. */
async function replaceFacts(
  { facts }: Pick<Deps, 'facts'>,
  key: string,
  versionId: string,
  { headers, json }: Request<'putFacts'>,
): Promise<void> {
  for (let changes = 0; changes < MAX_CHANGES; changes += 1) {
    const kept = await facts.kept(key);
    const etag = factsTag(versionId, kept?.facts);
    // When it was put is not kept, so there is no date to hold against one.
    const state = etag === undefined ? undefined : { etag, lastModified: new Date(0) };
    demandWritable(`What is kept with ${key}`, headers, state);
    if (await facts.replace(key, json, kept?.mark)) return;
  }
  throw new Error(`What is kept with ${key} changed ${MAX_CHANGES} times while it was being written`);
}
