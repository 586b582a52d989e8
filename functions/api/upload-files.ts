import { DarkroomError } from '../../lib/error.ts';
import { type Answer, jsonAnswer } from '../../lib/http/answer.ts';
import { type FilePart, parseMultipart } from '../../lib/http/multipart.ts';
import { type RefusedFile, SeveralRefused } from '../../lib/http/problem.ts';
import type { Request } from '../../lib/http/request.ts';
import { inParallel } from '../../lib/in-parallel.ts';
import { type AcceptedPicture, acceptPicture, storePicture } from './accept-picture.ts';
import type { Deps } from './deps.ts';
import { demandUnguarded } from './guarded.ts';

/** Pictures that are checked, or stored, at once. */
const WIDTH = 8;

/** `POST /images`: the files of a form under their own names. All are checked before any is stored; one refused: none stored. */
export async function uploadFiles(deps: Deps, request: Request<'uploadFiles'>): Promise<Answer> {
  const contentType = request.headers['content-type'] ?? '';
  if (!/^multipart\/form-data\b/i.test(contentType)) {
    throw new DarkroomError(
      'UNSUPPORTED_MEDIA_TYPE',
      'Pictures under their own names come as parts "file" of a form (multipart/form-data). With curl: -F file=@cat.jpg -F file=@dog.jpg; a body without a form goes to /images/{name}',
    );
  }
  demandUnguarded(request, 'PUT /images/{name}');
  const files = await parseMultipart(contentType, request.body);
  if (files.length === 0)
    throw new DarkroomError('BAD_REQUEST', 'The form has no part "file" with a file in it');
  const results = await inParallel(files, WIDTH, (file) => accept(deps, file));
  const pictures = results.filter((it) => 'key' in it);
  const refused = [...results.filter((it) => 'code' in it), ...doubled(pictures)];
  if (refused.length > 0) throw new SeveralRefused(refused, files.length);
  const images = await inParallel(pictures, WIDTH, (picture) => storePicture(deps, picture, request));
  return jsonAnswer('uploadFiles', 202, { images: [...images] });
}

async function accept(deps: Deps, { filename, bytes }: FilePart): Promise<AcceptedPicture | RefusedFile> {
  try {
    return await acceptPicture(deps, filename, bytes);
  } catch (error) {
    if (!(error instanceof DarkroomError)) throw error;
    return { name: filename, code: error.code, detail: error.message };
  }
}

/** Two pictures of one name would be two versions of one image, in an order that nobody chose. */
function doubled(pictures: readonly AcceptedPicture[]): readonly RefusedFile[] {
  const named = Map.groupBy(pictures, ({ key }) => key);
  return [...named]
    .filter(([, { length }]) => length > 1)
    .map(([name, { length }]) => {
      const detail = `${name} is there ${length} times in this form: give each picture a name of its own`;
      return { name, code: 'BAD_REQUEST', detail };
    });
}
