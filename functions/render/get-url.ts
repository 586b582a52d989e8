import { signQuery } from '../../lib/auth/signed-url.ts';
import { type Answer, jsonAnswer } from '../../lib/http/answer.ts';
import { imagePlace } from '../../lib/http/links.ts';
import { namedKey, type Request } from '../../lib/http/request.ts';
import { formatOf } from '../../lib/recipe/formats.ts';
import { editsOf, queryOf, toRecipe } from '../../lib/recipe/recipe.ts';
import { findImage } from '../../lib/store/find-image.ts';
import type { Deps } from './deps.ts';

const DEFAULT_SECONDS = 172_800;

/**
 * `GET /images/{path}?url=true` + modifiers: a URL of the derived image that needs no credentials until it expires. It names the original by
 * its key and the modifiers by their canonical values, so that equal wishes have equal URLs but for their time.
 */
export async function getUrl(deps: Deps, request: Request<'imageUrl'>): Promise<Answer> {
  const { kind, version, expires_in: seconds = DEFAULT_SECONDS } = request.query;
  const { key, format } = await findImage(deps.input, namedKey(request, 'path'), version);
  const wanted = kind === 'auto' ? kind : (formatOf(kind ?? '') ?? format ?? 'jpg');
  const recipe = toRecipe(editsOf(request.query), wanted === 'auto' ? 'source' : wanted);
  const place = imagePlace(key);
  const search = new URLSearchParams([...place.search, ...queryOf(recipe), ['kind', wanted]]);
  if (version !== undefined) search.set('version', version);

  const expiresMs = Math.floor(deps.now() / 1_000 + seconds) * 1_000;
  const signed = signQuery(await deps.loadKeys(), { path: place.path, search, expiresMs });
  const url = `${deps.cdnUrl || request.baseUrl}${place.escaped}?${signed}`;
  return jsonAnswer('imageUrl', 200, { url, expires: new Date(expiresMs).toISOString() });
}
