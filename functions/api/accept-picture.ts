import type * as z from 'zod/mini';
import { DarkroomError } from '../../lib/error.ts';
import { buildUrl, eventsUrl, imageUrl } from '../../lib/http/links.ts';
import type { Request } from '../../lib/http/request.ts';
import type { Uploaded } from '../../lib/http/schemas.ts';
import { sniffImage } from '../../lib/image/sniff.ts';
import { uploadBuildId } from '../../lib/pipeline/build-id.ts';
import { checkKey, extensionOf } from '../../lib/pipeline/name.ts';
import { checkPlan, planOutputs } from '../../lib/pipeline/plan.ts';
import { FORMATS, type Format } from '../../lib/recipe/formats.ts';
import { keysOfStem } from '../../lib/store/find-image.ts';
import { openBuild } from '../../lib/table/open-build.ts';
import type { Deps } from './deps.ts';
import { guarded, isGuarded } from './guarded.ts';

/** A body of 4 MB in base64, with its headers, is what fits into one event of the platform (6,291,556 bytes). */
const MAX_UPLOAD_BYTES = 4_000_000;

/** A picture that may be stored: nothing that can be told from its bytes and its name speaks against it. */
export interface AcceptedPicture {
  readonly key: string;
  readonly bytes: Buffer;
  readonly contentType: string;
}

/** Checks a picture before anything is stored. `path` may lack the extension, which is then told by the content. */
export async function acceptPicture(deps: Deps, path: string, bytes: Buffer): Promise<AcceptedPicture> {
  checkKey(path);
  checkSize(deps, path, bytes.length);
  if (bytes.length > MAX_UPLOAD_BYTES) throw tooLarge(bytes.length);
  const format = sniffImage(bytes, path);
  const key = await nameFor(deps, path, format);
  return { key, bytes, contentType: FORMATS[format].contentType };
}

/** Throws DarkroomError SOURCE_TOO_LARGE for what no build would read. */
export function checkSize(
  { maxSourceBytes }: Pick<Deps, 'maxSourceBytes'>,
  name: string,
  bytes: number,
): void {
  if (bytes <= maxSourceBytes) return;
  throw new DarkroomError(
    'SOURCE_TOO_LARGE',
    `${name} has ${bytes} bytes, and Darkroom reads at most ${maxSourceBytes}`,
  );
}

function tooLarge(bytes: number): DarkroomError {
  return new DarkroomError(
    'BODY_TOO_LARGE',
    `The picture has ${bytes} bytes and an upload through the API at most ${MAX_UPLOAD_BYTES}; POST /uploads gives a form that takes it straight to the bucket, or put it there with any S3 client`,
  );
}

/**
 * The key that a picture of this format gets under a path: a path without an extension gets the format's own. Throws DarkroomError
 * for a name that cannot be, and CONFLICT where the stem is there under another extension.
 */
export async function nameFor({ input }: Pick<Deps, 'input'>, path: string, format: Format): Promise<string> {
  const key = extensionOf(path) === '' ? `${path}.${FORMATS[format].extensions[0]}` : path;
  checkKey(key);
  checkPlan(planOutputs({ kind: 'upload', version: { bucket: input.name, key, versionId: '' } }));
  if (key === path) return key;
  const others = (await keysOfStem(input, path)).filter((other) => other !== key);
  if (others.length === 0) return key;
  throw new DarkroomError(
    'CONFLICT',
    `${path} is there already as ${others.join(', ')}; name the new one with its extension, or delete that`,
  );
}

/**
 * Puts a picture into the input bucket and opens its build in the caller's name. The bucket's own event starts the work, so an upload
 * is one whether or not this function lives to answer; whose it is, the table knows before and the object carries.
 */
export async function storePicture(
  deps: Deps,
  { key, bytes, contentType }: AcceptedPicture,
  request: Pick<Request, 'caller' | 'baseUrl' | 'headers'>,
): Promise<z.infer<typeof Uploaded>> {
  const { caller, baseUrl } = request;
  const ticket = await deps.owners.expect(key, caller.name);
  const upload = { bytes, contentType, ticket };
  const { versionId, etag } = isGuarded(request)
    ? await guarded(deps.input, key, request, (over) => deps.input.replace(key, upload, over))
    : await deps.input.put(key, upload);
  const version = { bucket: deps.input.name, key, versionId };
  const id = uploadBuildId(version);
  const opening = openBuild(deps, id, 'uploaded', { kind: 'upload', version }, { owner: caller.name });
  await opening.catch((error: unknown) => {
    deps.logger('error', 'a build was not opened: its upload’s own event does it', { build: id, error });
  });
  const build = buildUrl(baseUrl, id);
  const links = { status: build, build, image: imageUrl(baseUrl, key), events: eventsUrl(baseUrl, id) };
  return { id, name: key, status: 'PENDING', etag, links };
}
