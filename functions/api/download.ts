import { DarkroomError } from '../../lib/error.ts';
import { type Answer, attachment, MAX_ANSWER_BYTES } from '../../lib/http/answer.ts';
import { parseRange, rangeOf } from '../../lib/http/range.ts';
import { namedKey, type Request } from '../../lib/http/request.ts';
import type { Deps } from './deps.ts';

/** How long the address of a body that is too large for an answer can be used. */
const REDIRECT_SECONDS = 300;

/** `GET /images/download/{filename}`: an output by its key, as a file to keep. A body over the platform's limit is a redirect. */
export async function download({ output }: Deps, request: Request<'download'>): Promise<Answer> {
  const key = namedKey(request, 'filename');
  const standing = await output.head(key);
  if (standing === undefined) throw new DarkroomError('NOT_FOUND', `There is no output ${key}`);
  const headers = {
    'content-type': standing.contentType,
    'content-disposition': attachment(key.slice(key.lastIndexOf('/') + 1)),
    'accept-ranges': 'bytes',
    'cache-control': 'private, no-cache',
    etag: standing.etag,
    'last-modified': standing.lastModified.toUTCString(),
  };
  if (request.headers['if-none-match'] === standing.etag) return { status: 304, headers };
  const range = parseRange(rangeOf(request.headers, standing.etag), standing.bytes);
  if (range === 'unsatisfiable')
    return { status: 416, headers: { 'content-range': `bytes */${standing.bytes}` } };
  const bytes = range === undefined ? standing.bytes : range.last - range.first + 1;
  if (bytes > MAX_ANSWER_BYTES) {
    const location = await output.signedUrl(key, REDIRECT_SECONDS, {
      contentDisposition: headers['content-disposition'],
    });
    return { status: 307, headers: { location, 'cache-control': 'no-store' } };
  }
  if (request.method === 'HEAD')
    return { status: 200, headers: { ...headers, 'content-length': String(bytes) } };
  const part = range && `bytes=${range.first}-${range.last}`;
  const body = await output.read(key, part);
  if (body === undefined) throw new DarkroomError('NOT_FOUND', `There is no output ${key}`);
  if (range === undefined) return { status: 200, headers, body };
  return {
    status: 206,
    headers: { ...headers, 'content-range': `bytes ${range.first}-${range.last}/${standing.bytes}` },
    body,
  };
}
