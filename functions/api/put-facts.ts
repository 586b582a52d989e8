import { type Answer, jsonAnswer } from '../../lib/http/answer.ts';
import { demandWritable, factsTag } from '../../lib/http/conditional.ts';
import { namedKey, type Request } from '../../lib/http/request.ts';
import { findImage } from '../../lib/store/find-image.ts';
import type { Deps } from './deps.ts';
import { isGuarded } from './guarded.ts';

/** `PUT /images/{path}?meta=true`: the object in place of the one before. A new version of the image keeps it. */
export async function putFacts(
  { input, facts }: Pick<Deps, 'input' | 'facts'>,
  request: Request<'putFacts'>,
): Promise<Answer> {
  const { key, current } = await findImage(input, namedKey(request, 'path'));
  if (isGuarded(request)) {
    const etag = factsTag(current.versionId, await facts.find(key));
    // When it was put is not kept, so there is no date to hold against one.
    const kept = etag === undefined ? undefined : { etag, lastModified: new Date(0) };
    demandWritable(`What is kept with ${key}`, request.headers, kept);
  }
  await facts.put(key, request.json);
  const etag = factsTag(current.versionId, request.json);
  return jsonAnswer('putFacts', 200, request.json, etag === undefined ? {} : { etag });
}
