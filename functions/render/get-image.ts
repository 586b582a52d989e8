import { type Answer, jsonAnswer } from '../../lib/http/answer.ts';
import { isConditional } from '../../lib/http/conditional.ts';
import { deliver, type Standing } from '../../lib/http/deliver.ts';
import { buildUrl } from '../../lib/http/links.ts';
import { namedKey, type Request } from '../../lib/http/request.ts';
import { editsOf, toRecipe } from '../../lib/recipe/recipe.ts';
import { type FoundImage, findImage, notFound } from '../../lib/store/find-image.ts';
import { isTooLargeForKind, kindsFor } from './choose-kind.ts';
import type { Deps } from './deps.ts';
import { makeDerivation } from './make-derivation.ts';
import { findKept, fromMemory, isLarge, type Wanted } from './picture.ts';
import { renderOlder } from './render-older.ts';

/** How often an image may change under one request before that is a fault. */
const MAX_CHANGES = 5;

/** `GET /images/{path}` + modifiers: the image, upright and without metadata, from what is kept where it was asked for before. */
export async function getImage(deps: Deps, request: Request<'image'>): Promise<Answer> {
  const path = namedKey(request, 'path');
  for (let changes = 0; changes < MAX_CHANGES; changes += 1) {
    const found = await findImage(deps.input, path, request.query.version);
    const picture = await inBestKind(deps, request, found);
    if (picture === 'changed') continue;
    if ('pending' in picture) return accepted(picture.pending, request.baseUrl);
    return deliver(request, picture, headersFor(deps, request));
  }
  throw new Error(`${path} changed ${MAX_CHANGES} times while it was being answered`);
}

type Obtained = Standing | { readonly pending: string } | 'changed';

/** In the first of the kinds that can hold it. */
async function inBestKind(
  deps: Deps,
  request: Request<'image'>,
  { key, current, format, isOlder }: FoundImage,
): Promise<Obtained> {
  const { query, headers } = request;
  const kinds = kindsFor({ kind: query.kind, accept: headers.accept, key, format });
  const version = { bucket: deps.input.name, key, versionId: current.versionId };
  for (const [place, kind] of kinds.entries()) {
    const wanted: Wanted = { version, current, recipe: toRecipe(editsOf(query), kind) };
    try {
      return isOlder ? await renderOlder(deps, wanted) : await obtain(deps, request, wanted);
    } catch (error) {
      if (!isTooLargeForKind(error) || place === kinds.length - 1) throw error;
    }
  }
  throw notFound(key);
}

async function obtain(deps: Deps, request: Request<'image'>, wanted: Wanted): Promise<Obtained> {
  const whole = request.method === 'GET' && !isConditional(request.headers);
  const kept = await findKept(deps, wanted, whole);
  deps.metrics.add(kept === undefined ? 'RenderMisses' : 'RenderHits', 1);
  if (kept !== undefined) return kept;
  const turn = { owner: request.caller.name, remainingMs: request.remainingMs() };
  const made = await makeDerivation(deps, wanted, turn);
  if (made === 'ended') return (await findKept(deps, wanted, whole)) ?? 'changed';
  if ('pending' in made) return made;
  const { output } = made;
  // Only the bucket knows the ETag that it gave a picture which it answers itself.
  if (isLarge({ bytes: output.body.length })) return (await findKept(deps, wanted, false)) ?? 'changed';
  return fromMemory(deps, wanted, output);
}

/** What a signed URL gives may lie in any cache until the URL ends; all else is asked for again each time. */
function headersFor({ now }: Deps, { caller, query }: Request<'image'>): Record<string, string> {
  const secondsLeft = Math.floor(((caller.urlExpiresMs ?? 0) - now()) / 1_000);
  return {
    'cache-control':
      caller.by === 'url' ? `public, max-age=${Math.max(0, secondsLeft)}` : 'private, no-cache',
    ...(query.kind === 'auto' && { vary: 'Accept' }),
  };
}

function accepted(id: string, baseUrl: string): Answer {
  const location = buildUrl(baseUrl, id);
  return jsonAnswer(
    'image',
    202,
    { id, status: 'PENDING', links: { build: location } },
    { location, 'retry-after': '5' },
  );
}
