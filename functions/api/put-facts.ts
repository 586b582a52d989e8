import { type Answer, jsonAnswer } from '../../lib/http/answer.ts';
import { namedKey, type Request } from '../../lib/http/request.ts';
import { findImage } from '../../lib/store/find-image.ts';
import type { Deps } from './deps.ts';

/** `PUT /images/{path}?meta=true`: the object in place of the one before. A new version of the image keeps it. */
export async function putFacts(
  { input, facts }: Pick<Deps, 'input' | 'facts'>,
  request: Request<'putFacts'>,
): Promise<Answer> {
  const { key } = await findImage(input, namedKey(request, 'path'));
  await facts.put(key, request.json);
  return jsonAnswer('putFacts', 200, request.json);
}
