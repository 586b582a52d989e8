import { type Answer, jsonAnswer } from '../../lib/http/answer.ts';
import { requireRole } from '../../lib/http/caller.ts';
import { namedKey, type Request } from '../../lib/http/request.ts';
import { removalBuildId } from '../../lib/pipeline/build-id.ts';
import { findImage } from '../../lib/store/find-image.ts';
import { openBuild } from '../../lib/table/open-build.ts';
import type { Deps } from './deps.ts';

/** What S3 says when a delete marker is put on a key, and so what names the build that lets the outputs follow. */
const MARKED = 'ObjectRemoved:DeleteMarkerCreated';

/** `DELETE /images/{path}`: a delete marker, and with `purge=true` no version is left. The bucket's own event lets the outputs follow. */
export async function removeImage(deps: Deps, request: Request<'remove'>): Promise<Answer> {
  const path = namedKey(request, 'path');
  const { query, caller } = request;
  const { purge = false } = query;
  if (purge) requireRole(caller, 'admin', 'purge=true');
  const key = await keyOf(deps, path, purge);
  await removeKey(deps, key, { owner: caller.name, purge });
  return jsonAnswer('remove', 200, { status: `${key} deleted` });
}

/** A key that is deleted already may have versions left to purge: then it is that key that is meant, and no stem. */
async function keyOf({ input, versions }: Deps, path: string, purge: boolean): Promise<string> {
  if (purge && (await versions.has(path))) return path;
  return (await findImage(input, path)).key;
}

/** Hides an image behind a delete marker, opens the removal's build in the name of who asked for it, and forgets what was kept with it. */
export async function removeKey(
  deps: Pick<Deps, 'input' | 'versions' | 'log' | 'facts' | 'now' | 'newId'>,
  key: string,
  { owner, purge }: { readonly owner: string; readonly purge: boolean },
): Promise<void> {
  const seen = await deps.facts.mark(key);
  const version = { bucket: deps.input.name, key, versionId: await deps.versions.hide(key) };
  const id = removalBuildId(version, MARKED);
  await openBuild(deps, id, 'removed', { kind: 'removal', version }, { owner });
  await deps.facts.forget(key, seen);
  if (purge) await deps.versions.purge(key);
}
