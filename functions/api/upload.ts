import { DarkroomError } from '../../lib/error.ts';
import { type Answer, jsonAnswer } from '../../lib/http/answer.ts';
import { parseMultipart } from '../../lib/http/multipart.ts';
import { namedKey, type Request } from '../../lib/http/request.ts';
import { checkKey } from '../../lib/pipeline/name.ts';
import { acceptPicture, storePicture } from './accept-picture.ts';
import type { Deps } from './deps.ts';

/** `POST` and `PUT /images/{path}`: one picture, as the body itself or as the part "file" of a form. */
export async function upload(deps: Deps, request: Request<'upload' | 'put'>): Promise<Answer> {
  const path = namedKey(request, 'path');
  checkKey(path.replace(/\/$/, '') || '/');
  const { filename, bytes } = await fileOf(request);
  const picture = await acceptPicture(deps, pathOf(path, filename), bytes);
  const uploaded = await storePicture(deps, picture, request);
  const { etag, links } = uploaded;
  return jsonAnswer('upload', 202, uploaded, { location: links.build ?? '', etag });
}

interface UploadedFile {
  readonly filename: string;
  readonly bytes: Buffer;
}

async function fileOf({ headers, body }: Pick<Request, 'headers' | 'body'>): Promise<UploadedFile> {
  const contentType = headers['content-type'] ?? 'application/octet-stream';
  if (/^multipart\/form-data\b/i.test(contentType)) return oneOf(await parseMultipart(contentType, body));
  if (/^(image\/|application\/octet-stream\b|binary\/octet-stream\b)/i.test(contentType))
    return { filename: '', bytes: body };
  throw new DarkroomError(
    'UNSUPPORTED_MEDIA_TYPE',
    `A picture comes as image/* or application/octet-stream, or as the part "file" of a form, not as ${contentType.slice(0, 80)}. With curl: -T cat.jpg, or -F file=@cat.jpg`,
  );
}

function oneOf(files: readonly UploadedFile[]): UploadedFile {
  const [file, ...more] = files;
  if (file !== undefined && more.length === 0) return file;
  throw new DarkroomError(
    'BAD_REQUEST',
    `The form has ${files.length} parts "file", and this path takes one; POST /images takes many, each under its own name`,
  );
}

/** In a folder a picture has its file's own name. */
function pathOf(path: string, filename: string): string {
  if (!path.endsWith('/')) return path;
  if (filename !== '') return path + filename;
  throw new DarkroomError(
    'BAD_REQUEST',
    `${path} is a folder, and the upload has no file name: name it, as in ${path}cat.jpg`,
  );
}
