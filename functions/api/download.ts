import { DarkroomError } from '../../lib/error.ts';
import { type Answer, attachment } from '../../lib/http/answer.ts';
import { deliver } from '../../lib/http/deliver.ts';
import { namedKey, type Request } from '../../lib/http/request.ts';
import type { Deps } from './deps.ts';

/** How long the address of a body that is too large for an answer can be used. */
const REDIRECT_SECONDS = 300;

/** `GET /images/download/{filename}`: an output by its key, as a file to keep. A body over the platform's limit is a redirect. */
export async function download({ output }: Deps, request: Request<'download'>): Promise<Answer> {
  const key = namedKey(request, 'filename');
  const standing = await output.head(key);
  if (standing === undefined) throw notFound(key);
  const contentDisposition = attachment(key.slice(key.lastIndexOf('/') + 1));
  const picture = {
    ...standing,
    locate: () => output.signedUrl(key, REDIRECT_SECONDS, { contentDisposition }),
    async read(range?: { readonly first: number; readonly last: number }) {
      const bytes = await output.read(standing, range && `bytes=${range.first}-${range.last}`);
      if (bytes !== undefined) return bytes;
      throw new DarkroomError('CONFLICT', `${key} was made anew in this moment: ask again`);
    },
  };
  const headers = { 'content-disposition': contentDisposition, 'cache-control': 'private, no-cache' };
  return deliver(request, picture, headers);
}

function notFound(key: string): DarkroomError {
  return new DarkroomError('NOT_FOUND', `There is no output ${key}`);
}
