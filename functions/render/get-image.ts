import { createHash } from 'node:crypto';
import { DarkroomError } from '../../lib/error.ts';
import { type Answer, MAX_ANSWER_BYTES } from '../../lib/http/answer.ts';
import { parseRange, rangeOf } from '../../lib/http/range.ts';
import { namedKey, type Request } from '../../lib/http/request.ts';
import { FORMATS, type Format, formatOf } from '../../lib/recipe/formats.ts';
import { editsOf, printRecipe, type Recipe, toRecipe } from '../../lib/recipe/recipe.ts';
import type { Deps } from './deps.ts';
import { findImage, notFound } from './find-image.ts';
import { keepDerivation } from './keep-derivation.ts';

/** `GET /images/{path}` + modifiers: the image, upright and without metadata. A body over the platform's limit is a redirect. */
export async function getImage(deps: Deps, request: Request<'image'>): Promise<Answer> {
  const path = namedKey(request, 'path');
  const edits = editsOf(request.query);
  const { key, current, format } = await findImage(deps.input, path);
  const recipe = toRecipe(edits, chooseFormat(request.query.kind, format));
  const etag = etagOf(current.versionId, recipe, deps.version);
  const headers = {
    etag,
    'last-modified': current.lastModified.toUTCString(),
    'cache-control': 'private, no-cache',
    'accept-ranges': 'bytes',
  };
  if (isFresh(request.headers['if-none-match'], etag)) return { status: 304, headers };

  const source = await deps.input.read({ key, versionId: current.versionId });
  if (source === undefined) throw notFound(path);
  const [picture] = await deps.render(source, [recipe]);
  if (picture === undefined) throw new Error(`The renderer made no picture of ${key}`);
  if (picture.bytes.length > MAX_ANSWER_BYTES) {
    const version = { bucket: deps.input.name, key, versionId: current.versionId };
    return keepDerivation(deps, version, printRecipe(recipe), request.baseUrl);
  }
  return answer(request, picture.bytes, { ...headers, 'content-type': picture.contentType });
}

/** `kind`, else what the path's ending says, else jpg. */
function chooseFormat(kind: string | undefined, ofPath: Format | undefined): Format {
  if (kind === 'auto')
    throw new DarkroomError('BAD_PARAMETER', `kind takes ${Object.keys(FORMATS).join(', ')}`);
  return formatOf(kind ?? '') ?? ofPath ?? 'jpg';
}

/** Strong: told by the version, the recipe and the software, which together tell the bytes. */
function etagOf(versionId: string, recipe: Recipe, version: string): string {
  const text = JSON.stringify([versionId, printRecipe(recipe), version]);
  return `"${createHash('sha256').update(text).digest('hex').slice(0, 32)}"`;
}

/** Whether `If-None-Match` names this ETag (RFC 9110 §13.1.2: a list, weak comparison, or `*`). */
function isFresh(header: string | undefined, etag: string): boolean {
  return (
    header !== undefined &&
    (header.trim() === '*' || header.split(',').some((it) => it.trim().replace(/^W\//, '') === etag))
  );
}

function answer(
  { method, headers: asked }: Pick<Request, 'method' | 'headers'>,
  bytes: Buffer,
  headers: Record<string, string>,
): Answer {
  if (method === 'HEAD')
    return { status: 200, headers: { ...headers, 'content-length': String(bytes.length) } };
  const range = parseRange(rangeOf(asked, headers.etag ?? ''), bytes.length);
  if (range === 'unsatisfiable')
    return { status: 416, headers: { 'content-range': `bytes */${bytes.length}` } };
  if (range === undefined) return { status: 200, headers, body: bytes };
  const contentRange = `bytes ${range.first}-${range.last}/${bytes.length}`;
  return {
    status: 206,
    headers: { ...headers, 'content-range': contentRange },
    body: bytes.subarray(range.first, range.last + 1),
  };
}
