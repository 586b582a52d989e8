import { DarkroomError } from '../../lib/error.ts';
import { type Answer, jsonAnswer } from '../../lib/http/answer.ts';
import { buildUrl, eventsUrl, imageUrl } from '../../lib/http/links.ts';
import { parseMultipart } from '../../lib/http/multipart.ts';
import { namedKey, type Request } from '../../lib/http/request.ts';
import { sniffImage } from '../../lib/image/sniff.ts';
import { uploadBuildId } from '../../lib/pipeline/build-id.ts';
import { checkKey, extensionOf, stemOf } from '../../lib/pipeline/name.ts';
import { checkPlan, planOutputs } from '../../lib/pipeline/plan.ts';
import { FORMATS } from '../../lib/recipe/formats.ts';
import { openBuild } from '../../lib/table/open-build.ts';
import type { Deps } from './deps.ts';

/** A body of 4 MB in base64, with its headers, is what fits into one event of the platform (6,291,556 bytes). */
const MAX_UPLOAD_BYTES = 4_000_000;

/**
 * `POST` and `PUT /images/{path}`: puts a picture into the input bucket and opens its build. Everything is checked before anything
 * is stored. The bucket's own event starts the work, so an upload is one whether or not this function lives to answer.
 */
export async function upload(deps: Deps, request: Request<'upload' | 'put'>): Promise<Answer> {
  const path = namedKey(request, 'path');
  checkKey(path.replace(/\/$/, '') || '/');
  const file = await fileOf(request);
  checkLength(file.bytes.length);
  const format = sniffImage(file.bytes, file.filename || path);
  const key = await nameFor(deps, path, file.filename, FORMATS[format].extensions[0]);
  checkKey(key);
  checkPlan(planOutputs({ kind: 'upload', version: { bucket: deps.input.name, key, versionId: '' } }));

  const { versionId } = await deps.input.put(key, file.bytes, FORMATS[format].contentType);
  const version = { bucket: deps.input.name, key, versionId };
  const id = uploadBuildId(version);
  await openBuild(deps, id, 'uploaded', { kind: 'upload', version });
  const { baseUrl } = request;
  const links = {
    build: buildUrl(baseUrl, id),
    image: imageUrl(baseUrl, key),
    events: eventsUrl(baseUrl, id),
  };
  return jsonAnswer('upload', 202, { id, name: key, status: 'PENDING', links }, { location: links.build });
}

interface UploadedFile {
  readonly filename: string;
  readonly bytes: Buffer;
}

async function fileOf({ headers, body }: Pick<Request, 'headers' | 'body'>): Promise<UploadedFile> {
  const contentType = headers['content-type'] ?? 'application/octet-stream';
  if (/^multipart\/form-data\b/i.test(contentType)) return oneFile(await parseMultipart(contentType, body));
  if (/^(image\/|application\/octet-stream\b|binary\/octet-stream\b)/i.test(contentType))
    return { filename: '', bytes: body };
  throw new DarkroomError(
    'UNSUPPORTED_MEDIA_TYPE',
    `A picture comes as image/* or application/octet-stream, or as the part "file" of a form, not as ${contentType}. With curl: -T cat.jpg, or -F file=@cat.jpg`,
  );
}

function oneFile(files: readonly (UploadedFile & { readonly field: string })[]): UploadedFile {
  const [file, ...more] = files.filter(({ field }) => field === 'file');
  if (file === undefined)
    throw new DarkroomError('BAD_REQUEST', 'The form has no part "file" with a file in it');
  if (more.length > 0) {
    throw new DarkroomError(
      'BAD_REQUEST',
      `The form has ${more.length + 1} parts "file", and this path names one picture`,
    );
  }
  return file;
}

function checkLength(bytes: number): void {
  if (bytes <= MAX_UPLOAD_BYTES) return;
  throw new DarkroomError(
    'BODY_TOO_LARGE',
    `The picture has ${bytes} bytes and an upload through the API at most ${MAX_UPLOAD_BYTES}; put it into the input bucket with any S3 client`,
  );
}

/** The key that a path asks for: in a folder the file's own name, and without an extension the one that its content says. */
async function nameFor({ input }: Deps, path: string, filename: string, extension: string): Promise<string> {
  const key = path.endsWith('/') ? path + filename : path;
  if (key.endsWith('/')) {
    throw new DarkroomError(
      'BAD_REQUEST',
      `${path} is a folder, and the upload has no file name: name it, as in ${path}cat.jpg`,
    );
  }
  if (extensionOf(key) !== '') return key;
  const named = `${key}.${extension}`;
  const others = (await input.keys(`${key}.`, 1_000)).filter(
    (other) => stemOf(other) === key && other !== named,
  );
  if (others.length === 0) return named;
  throw new DarkroomError(
    'CONFLICT',
    `${key} is there already as ${others.join(', ')}; name the new one with its extension, or delete that`,
  );
}
