import { removeImage as removeByKey } from '../../lib/build/remove-image.ts';
import { type Answer, jsonAnswer } from '../../lib/http/answer.ts';
import { requireRole } from '../../lib/http/caller.ts';
import { namedKey, type Request } from '../../lib/http/request.ts';
import { findImage } from '../../lib/store/find-image.ts';
import type { Deps } from './deps.ts';
import { guarded, isGuarded } from './guarded.ts';

/** `DELETE /images/{path}`: a delete marker, and with `purge=true` no version is left. The bucket's own event lets the outputs follow. */
export async function removeImage(deps: Deps, request: Request<'remove'>): Promise<Answer> {
  const path = namedKey(request, 'path');
  const { query, caller } = request;
  const { purge = false } = query;
  if (purge) requireRole(caller, 'admin', 'purge=true');
  const key = await keyOf(deps, path, purge);
  await removeByKey(isGuarded(request) ? hidingGuarded(deps, request) : deps, key, {
    owner: caller.name,
    purge,
  });
  return jsonAnswer('remove', 200, { status: `${key} deleted` });
}

/** Hides no other image than the one that the request's conditions hold of. */
function hidingGuarded(deps: Deps, request: Request<'remove'>): Deps {
  const hide = (key: string): Promise<string> =>
    guarded(deps.input, key, request, (over) =>
      over === undefined ? deps.versions.hide(key) : deps.input.remove(key, over.etag),
    );
  return { ...deps, versions: { ...deps.versions, hide } };
}

/** A key that is deleted already may have versions left to purge: then it is that key that is meant, and no stem. */
async function keyOf({ input, versions }: Deps, path: string, purge: boolean): Promise<string> {
  if (purge && (await versions.has(path))) return path;
  return (await findImage(input, path)).key;
}
