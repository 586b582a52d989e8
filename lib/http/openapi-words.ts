import type * as z from 'zod/mini';
import type * as Schemas from './schemas.ts';

/** What stands before the document. */
export const ABOUT = [
  'Uploads images, tells what became of them, and delivers them derived on demand.',
  'What answers GET answers HEAD as well. Times are RFC 3339 in UTC. Lists page with `limit` and `cursor`: `next` is the cursor of the next page,',
  'or null at the end; a page may be short while `next` is set.',
  'Errors are problem documents (RFC 9457). A request body may have 4 MB; above about 4.5 MB the platform itself answers',
  '413 with a body of its own, and 429 above its rates. Larger pictures go through `POST /uploads`, or into the bucket by any S3 client.',
  'Conditions of an upload or a deletion are about the original, whose ETag an upload answers and `meta=true` tells as `etag`: derived pictures have others.',
  'A `path` may hold slashes, written as they are; a key that a path cannot carry exactly goes as `/images/-?key=…`.',
].join(' ');

/** What a route is about, by the first segment of its path. */
export const SUBJECTS: Readonly<Record<string, string>> = {
  images: 'Images',
  uploads: 'Images',
  build: 'Builds',
  events: 'Log',
  stats: 'Log',
  lineage: 'Log',
  tokens: 'Access',
  users: 'Access',
  health: 'Service',
  'openapi.json': 'Service',
  redrive: 'Service',
};

/** What a parameter of a path or a query does; what it takes stands in its own row. */
export const PARAMETERS: Readonly<Record<string, string>> = {
  path: 'The image: its key in the input bucket, or its key without the extension, or that with the extension of another kind to have it in that kind',
  filename: 'The key of an output in the output bucket',
  id: 'As an answer gave it',
  name: 'Of a user',
  key: 'The key, where the path is `-`',
  prefix: 'Only what begins so',
  regex: 'Only what matches',
  status: 'Only what is in this state',
  limit: 'How many on a page; 100 unless given',
  cursor: 'Goes on where the last page ended',
  version: 'An older version of the original instead of the current one',
  meta: 'The facts of the image instead of the image',
  gps: 'Where it was taken, too: for an admin',
  url: 'A signed URL of the image instead of the image',
  expires_in: 'How long that URL is good for; 172800 unless given',
  expires: 'Of a signed URL: when it ends',
  kid: 'Of a signed URL: which key signed it',
  signature: 'Of a signed URL: what stands for credentials',
  purge: 'Older versions as well, for good: for an admin',
  confirm: 'That this is meant',
  image: 'Only of this image',
  build: 'Only of this build',
  owner: 'Only one’s own',
  since: 'From this moment on',
  until: 'Up to this moment',
  order: 'Oldest or newest first',
  kind: 'The format; without it the one that the path ends in, else jpg. `auto` chooses what `Accept` likes',
  page: 'Which page or frame of the original',
  crop: 'A rectangle of the upright original',
  rotate: 'Turns it',
  flip: 'Upside down',
  flop: 'Left to right',
  thumbnail: 'In 50×50 unless sized, and sharpened',
  xsize: 'Width of the box that it is fitted into; it is never enlarged',
  ysize: 'Height of the box that it is fitted into; it is never enlarged',
  dpr: 'Multiplies xsize and ysize',
  fit: 'All of it in the box, the box covered and the rest cut off, or the box filled up around it',
  gravity: 'Which part `cover` keeps, or where `contain` puts it',
  grayscale: 'Without its colours',
  normalise: 'Stretches the contrast',
  blur: 'Blurs it',
  sharpen: 'Sharpens it',
  background: 'What shows through where it is transparent; white unless given, where the format has no alpha',
  negate: 'Inverts the colours',
  quality: 'Of formats that lose something',
  animated: 'Whether an animation stays one; true unless given',
  metadata: '`keep` keeps what the camera says of the shot; place, owner and serial numbers go all the same',
};

/** What an answer of this status means, whatever the route. */
export const MEANINGS: Readonly<Record<string, string>> = {
  200: 'Here it is',
  201: 'Made',
  202: 'Accepted; the build tells what becomes of it',
  204: 'Done, and there is nothing to say',
  206: 'The part that was asked for',
  304: 'Not modified',
  307: 'The body is too large for an answer: it lies at `Location` for some minutes',
  503: 'Something that it needs does not answer',
};

type Examples = {
  readonly [Name in keyof typeof Schemas]?: (typeof Schemas)[Name] extends z.ZodMiniType
    ? z.input<(typeof Schemas)[Name]>
    : never;
};

/** What somebody may send, and what they may get when that was wrong. */
export const EXAMPLES = {
  Problem: {
    type: 'about:blank',
    title: 'Bad Request',
    status: 400,
    detail: 'xsize takes a whole number from 1 to 8192 (pixels), not "0"',
    instance: '7d0f6c9e-2f4b-4a43-9a0e-0f7b3f1d5c11',
    code: 'BAD_PARAMETER',
  },
  UploadRequest: { name: 'trip/cat.jpg', contentType: 'image/jpeg', size: 12_345_678 },
  BuildRequest: { workflow: 'web', image: 'trip/cat.jpg' },
  TokenRequest: { role: 'reader', expires_in: 86_400 },
  UserRequest: { name: 'ann', password: 'correct horse battery staple', role: 'writer' },
  UserFacts: { album: 'summer', rating: 5 },
} as const satisfies Examples;
