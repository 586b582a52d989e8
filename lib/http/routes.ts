import type * as z from 'zod/mini';
import type { ErrorCode } from '../error.ts';
import { STATUSES } from '../pipeline/status.ts';
import { KINDS } from '../recipe/formats.ts';
import { MODIFIERS } from '../recipe/modifiers.ts';
import { moment, oneOf, type Parameters, text, truth, wholeNumber } from './parameter.ts';
import * as Schemas from './schemas.ts';

/** Who may call: each role may do what the one before it may. `anyone` needs no credentials. */
export type Role = 'anyone' | 'reader' | 'writer' | 'admin';

/** What an answer or a body is made of: JSON by a schema, or text or bytes of these types, or either. */
export type Content =
  | { readonly json: z.ZodMiniType; readonly types?: readonly string[] }
  | { readonly types: readonly string[] };

export interface Route {
  /** Whoever answers GET answers HEAD too. */
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** API Gateway v2 path template: `{name}` is one segment, `{name+}` the rest of the path. */
  readonly path: string;
  /** A flag of the query that makes this the route, among those of the same method and path. */
  readonly when?: string;
  /** The function that answers. */
  readonly function: 'api' | 'render';
  readonly role: Role;
  /** What it does, in one line. */
  readonly does: string;
  readonly query: Parameters;
  /** `whenEmpty` is what no body at all stands for; without it there has to be one. */
  readonly body?: Content & { readonly whenEmpty?: object };
  /** By status; null for no body. */
  readonly answers: Readonly<Record<number, Content | null>>;
  /** What it may refuse, beside wrong parameters, credentials and methods. */
  readonly errors: readonly ErrorCode[];
  /** Whether a URL signed by the service stands for credentials. */
  readonly isSignable?: true;
}

/** A key that a path cannot carry exactly is given here, behind the path `-`. */
const KEY = { key: text('a key, percent-encoded') };
const PAGE = { limit: wholeNumber(1, 1_000, 'a page'), cursor: text('what an answer gave as next', 4_096) };
const IMAGE = '/images/{path+}';
const PICTURES = ['image/jpeg', 'image/png', 'image/webp', 'image/avif', 'image/tiff', 'image/gif'];
const UPLOADED = ['UNSUPPORTED_IMAGE', 'EMPTY_OBJECT', 'UNSUPPORTED_MEDIA_TYPE', 'BODY_TOO_LARGE'] as const;
const NAMED = ['BAD_REQUEST', 'KEY_TOO_LONG', 'CONFLICT'] as const;
/** Of a route that takes an Idempotency-Key: used for another request, or still under way. */
const KEYED = ['IDEMPOTENCY_KEY_REUSED', 'CONFLICT'] as const;
const UNREADABLE = ['UNSUPPORTED_IMAGE', 'EMPTY_OBJECT', 'BROKEN_IMAGE', 'IMAGE_TOO_LARGE'] as const;
const RENDERED = { ...MODIFIERS, kind: oneOf([...KINDS, 'auto']) };
const UPLOAD = {
  function: 'api',
  role: 'writer',
  query: KEY,
  body: { types: ['image/*', 'application/octet-stream', 'multipart/form-data'] },
  answers: { 202: { json: Schemas.Uploaded } },
  errors: [...UPLOADED, ...NAMED, ...KEYED, 'SOURCE_TOO_LARGE'],
} as const;

const UPLOAD_ONE = { ...UPLOAD, errors: [...UPLOAD.errors, 'PRECONDITION_FAILED'] } as const;

/** Every route of the HTTP API. The gateway, the functions, the OpenAPI document and the tests take them from here. */
export const ROUTES = {
  health: {
    ...{ method: 'GET', path: '/health', function: 'api', role: 'anyone', query: {}, errors: [] },
    does: 'Tells whether all that a request may need answers',
    answers: { 200: { json: Schemas.Health }, 503: { json: Schemas.Health } },
  },
  openapi: {
    ...{ method: 'GET', path: '/openapi.json', function: 'api', role: 'anyone', query: {}, errors: [] },
    does: 'This description, made from the schemas that validate',
    answers: { 200: { types: ['application/json'] } },
  },

  list: {
    ...{ method: 'GET', path: '/images', function: 'api', role: 'reader', errors: [] },
    does: 'Lists images in the order of their keys',
    query: {
      ...{ prefix: text('the beginning of a key'), status: oneOf(STATUSES), ...PAGE },
      regex: text('an RE2 pattern that the whole key or the whole stem matches', 500),
    },
    answers: { 200: { json: Schemas.ImagePage } },
  },
  uploadFiles: {
    ...{ ...UPLOAD, method: 'POST', path: '/images', query: {} },
    does: 'Uploads the files of a form under their own names: all are checked before any is stored',
    body: { types: ['multipart/form-data'] },
    answers: { 202: { json: Schemas.UploadedFiles } },
  },
  upload: { ...UPLOAD_ONE, method: 'POST', path: IMAGE, does: 'Uploads a picture' },
  put: { ...UPLOAD_ONE, method: 'PUT', path: IMAGE, does: 'Uploads a picture' },
  putFacts: {
    ...{ method: 'PUT', path: IMAGE, when: 'meta', function: 'api', role: 'writer' },
    does: 'Keeps a JSON object of the caller’s with an image, at most 64 KiB',
    query: { ...KEY, meta: truth },
    body: { json: Schemas.UserFacts },
    answers: { 200: { json: Schemas.UserFacts } },
    errors: ['NOT_FOUND', 'CONFLICT', 'BODY_TOO_LARGE', 'PRECONDITION_FAILED'],
  },
  uploadTicket: {
    ...{ method: 'POST', path: '/uploads', function: 'api', role: 'writer', query: {} },
    does: 'Gives a form that takes a picture straight to the bucket, for bodies that no request can carry: POST its fields and then the file to its url, as in curl -F key=… -F … -F file=@cat.jpg',
    body: { json: Schemas.UploadRequest },
    answers: { 201: { json: Schemas.UploadTicket } },
    errors: ['UNSUPPORTED_IMAGE', 'SOURCE_TOO_LARGE', ...NAMED, ...KEYED],
  },
  download: {
    ...{ method: 'GET', path: '/images/download/{filename+}', function: 'api', role: 'reader' },
    does: 'An output by its key, as a file to keep',
    query: KEY,
    answers: { 200: { types: PICTURES }, 206: { types: PICTURES }, 304: null, 307: null },
    errors: ['NOT_FOUND', 'PRECONDITION_FAILED', 'RANGE_NOT_SATISFIABLE'],
  },
  image: {
    ...{ method: 'GET', path: IMAGE, function: 'render', role: 'reader', isSignable: true },
    does: 'The image, derived as the modifiers say, upright and without metadata',
    query: {
      ...KEY,
      ...RENDERED,
      ...{ meta: truth, url: truth },
      version: text('the id of an older version'),
      expires: wholeNumber(0, 99_999_999_999, 'seconds since 1970'),
      kid: text('the id of the key that signed'),
      signature: text('what the service signed this URL with'),
    },
    answers: {
      200: { types: PICTURES },
      202: { json: Schemas.Accepted },
      206: { types: PICTURES },
      304: null,
      307: null,
    },
    errors: [
      ...['NOT_FOUND', 'CONFLICT', 'NOT_ACCEPTABLE', 'PRECONDITION_FAILED', 'RANGE_NOT_SATISFIABLE'],
      ...[...UNREADABLE, 'RESULT_TOO_LARGE', 'RESOURCE_EXHAUSTED', 'RETRIES_EXHAUSTED', 'SOURCE_TOO_LARGE'],
      'KEY_TOO_LONG',
    ] as readonly ErrorCode[],
  },
  imageFacts: {
    ...{ method: 'GET', path: IMAGE, when: 'meta', function: 'render', role: 'reader' },
    does: 'The original as JSON: format, size, Exif; where it was taken only for an admin with gps=true',
    query: { ...KEY, meta: truth, gps: truth, version: text('the id of an older version') },
    answers: { 200: { json: Schemas.ImageFacts } },
    errors: ['NOT_FOUND', 'CONFLICT', ...UNREADABLE, 'SOURCE_TOO_LARGE'],
  },
  imageUrl: {
    ...{ method: 'GET', path: IMAGE, when: 'url', function: 'render', role: 'reader' },
    does: 'A URL of the derived image that needs no credentials until it expires',
    query: {
      ...{ ...KEY, ...RENDERED, url: truth, version: text('the id of an older version') },
      expires_in: wholeNumber(1, 604_800, 'seconds'),
    },
    answers: { 200: { json: Schemas.ImageUrl } },
    errors: ['NOT_FOUND', 'CONFLICT'],
  },
  remove: {
    ...{ method: 'DELETE', path: IMAGE, function: 'api', role: 'writer' },
    does: 'Removes an image and what was made of it; older versions stay until purge=true (admin) or their time ends',
    query: { ...KEY, purge: truth },
    answers: { 200: { json: Schemas.Deleted } },
    errors: ['NOT_FOUND', 'CONFLICT', 'PRECONDITION_FAILED'],
  },
  removeMany: {
    ...{ method: 'DELETE', path: '/images', function: 'api', role: 'admin' },
    does: 'Deletes all images under a prefix that are there when it is asked; what ten seconds are too short for goes on as a build',
    query: { prefix: text('the beginning of a key'), confirm: oneOf(['all']), purge: truth },
    answers: { 200: { json: Schemas.Deleted }, 202: { json: Schemas.Accepted } },
    errors: ['BAD_REQUEST'],
  },

  startBuild: {
    ...{ method: 'POST', path: '/build', function: 'api', role: 'writer', query: {} },
    does: 'Runs a pipeline over one image, or with dryRun tells what that would make',
    body: { json: Schemas.BuildRequest },
    answers: { 200: { json: Schemas.PlannedBuild }, 202: { json: Schemas.Accepted } },
    errors: ['BAD_REQUEST', 'NOT_FOUND', ...KEYED],
  },
  builds: {
    ...{ method: 'GET', path: '/build', function: 'api', role: 'reader', errors: [] },
    does: 'Lists builds, newest first',
    query: { status: oneOf(STATUSES), image: text('a key or a stem'), owner: oneOf(['me']), ...PAGE },
    answers: { 200: { json: Schemas.BuildPage } },
  },
  build: {
    ...{ method: 'GET', path: '/build/{id}', function: 'api', role: 'reader', query: {} },
    does: 'What became of a build',
    answers: { 200: { json: Schemas.Build } },
    errors: ['NOT_FOUND'],
  },
  cancelBuild: {
    ...{ method: 'DELETE', path: '/build/{id}', function: 'api', role: 'writer', query: {} },
    does: 'Cancels a build that has not started',
    answers: { 200: { json: Schemas.Build } },
    errors: ['NOT_FOUND', 'CONFLICT'],
  },
  retryBuild: {
    ...{ method: 'POST', path: '/build/{id}/retry', function: 'api', role: 'writer', query: {} },
    does: 'Runs a FAILED build again',
    answers: { 202: { json: Schemas.Accepted } },
    errors: ['NOT_FOUND', 'CONFLICT'],
  },
  events: {
    ...{ method: 'GET', path: '/events', function: 'api', role: 'reader', errors: [] },
    does: 'The log, oldest first unless order=desc; also as text/csv and application/x-ndjson, by Accept',
    query: {
      ...{ image: text('a key or a stem'), build: text('the id of a build'), status: oneOf(STATUSES) },
      ...{ since: moment, until: moment, order: oneOf(['asc', 'desc']), ...PAGE },
    },
    answers: { 200: { json: Schemas.EventPage, types: ['text/csv', 'application/x-ndjson'] } },
  },
  stats: {
    ...{ method: 'GET', path: '/stats', function: 'api', role: 'reader', errors: [] },
    does: 'What was built since a moment of the last 7 days, 24 hours ago unless said, and what waits',
    query: { since: moment },
    answers: { 200: { json: Schemas.Stats } },
  },
  redrive: {
    ...{ method: 'POST', path: '/redrive', function: 'api', role: 'admin', query: {} },
    does: 'Puts all dead letters back to work, once the cause is mended',
    answers: { 202: { json: Schemas.Redriven } },
    errors: ['CONFLICT'],
  },

  makeToken: {
    ...{ method: 'POST', path: '/tokens', function: 'api', role: 'reader', query: {} },
    does: 'Makes a token of the caller’s own, told this once',
    body: { json: Schemas.TokenRequest, whenEmpty: {} },
    answers: { 201: { json: Schemas.Token } },
    errors: [],
  },
  revokeToken: {
    ...{ method: 'DELETE', path: '/tokens/{id}', function: 'api', role: 'reader', query: {} },
    does: 'Revokes a token at once: one’s own, or for an admin anybody’s; a token revokes itself and tokens of no greater role',
    answers: { 204: null },
    errors: ['NOT_FOUND'],
  },
  users: {
    ...{ method: 'GET', path: '/users', function: 'api', role: 'admin', query: PAGE, errors: [] },
    does: 'Lists the users beside the first one',
    answers: { 200: { json: Schemas.UserPage } },
  },
  putUser: {
    ...{ method: 'POST', path: '/users', function: 'api', role: 'admin', query: {} },
    does: 'Makes a user, or gives one another role and password',
    body: { json: Schemas.UserRequest },
    answers: { 201: { json: Schemas.User } },
    errors: ['CONFLICT'],
  },
  removeUser: {
    ...{ method: 'DELETE', path: '/users/{name}', function: 'api', role: 'admin', query: {} },
    does: 'Removes a user; its tokens end with it',
    answers: { 204: null },
    errors: ['NOT_FOUND', 'CONFLICT'],
  },
} as const satisfies Record<string, Route>;

export type RouteName = keyof typeof ROUTES;
