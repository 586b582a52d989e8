import type { Json } from './openapi-content.ts';
import type { Route } from './routes.ts';

/** A header that counts on some routes, or stands in some answers. */
interface Header {
  readonly description: string;
  readonly isOf: (route: Route) => boolean;
}

const isConditional = ({ answers }: Route): boolean => 304 in answers;
/** A write that is only done where its conditions hold. */
const isGuarded = ({ answers, errors }: Route): boolean =>
  !(304 in answers) && errors.includes('PRECONDITION_FAILED');
const isConditionalAtAll = (route: Route): boolean => isConditional(route) || isGuarded(route);
const isKeyed = ({ errors }: Route): boolean => errors.includes('IDEMPOTENCY_KEY_REUSED');
const isChosen = ({ query }: Route): boolean => 'kind' in query && 'expires' in query;
/** Answers with a build only where the request itself was too short for it. */
const isLeft = ({ answers, body }: Route): boolean => body === undefined && 200 in answers && 202 in answers;
const isAny = (): boolean => true;
const hasTypes = ({ answers }: Route): boolean => {
  const content = answers[200];
  return content !== undefined && content !== null && 'json' in content && content.types !== undefined;
};

const REQUEST: Readonly<Record<string, Header>> = {
  'Idempotency-Key': {
    description:
      'The same request under the same key has the same answer for 24 hours, and nothing is done again. 1 to 255 printable ASCII characters',
    isOf: isKeyed,
  },
  'If-None-Match': {
    description:
      'ETags of what the client has, or `*`: then 304; of a write, what may not be there: else 412',
    isOf: isConditionalAtAll,
  },
  'If-Modified-Since': { description: 'Counts only without `If-None-Match`', isOf: isConditional },
  'If-Match': { description: 'ETags of what it has to be, or `*`: else 412', isOf: isConditionalAtAll },
  'If-Unmodified-Since': { description: 'Counts only without `If-Match`', isOf: isConditionalAtAll },
  Range: { description: 'One range of bytes, such as `bytes=0-1023`', isOf: isConditional },
  'If-Range': {
    description: 'The ETag that `Range` counts for: else the whole, or 412 where no answer can carry it',
    isOf: isConditional,
  },
  // OpenAPI has no place for `Accept` among the parameters: it is told by the media types of the answers.
};

/** What an answer of some status tells. */
const ANSWER: readonly (Header & { readonly name: string; readonly statuses: readonly number[] })[] = [
  {
    ...{ name: 'ETag', statuses: [200, 206, 304], isOf: isConditional },
    description: 'Strong: another picture has another one',
  },
  {
    ...{ name: 'ETag', statuses: [200, 202], isOf: (it) => isGuarded(it) && it.method !== 'DELETE' },
    description:
      'Of the original that was uploaded, or of the facts that were put: what the conditions of the next write name',
  },
  {
    name: 'Last-Modified',
    statuses: [200, 206, 304],
    isOf: isConditional,
    description: 'When it was uploaded',
  },
  {
    ...{ name: 'Cache-Control', statuses: [200, 206, 304], isOf: isConditional },
    description: '`private, no-cache`; of a signed URL `public`, until it expires',
  },
  { name: 'Vary', statuses: [200, 206, 304], isOf: isChosen, description: '`Accept` with `kind=auto`' },
  { name: 'Content-Range', statuses: [206], isOf: isAny, description: 'Which bytes these are' },
  { name: 'Location', statuses: [307], isOf: isAny, description: 'Where it lies, for some minutes' },
  {
    ...{ name: 'Location', statuses: [202], isOf: ({ method }) => method !== 'GET' },
    description: 'Its build, where it is one',
  },
  { name: 'Location', statuses: [202], isOf: ({ method }) => method === 'GET', description: 'Its build' },
  {
    ...{ name: 'Link', statuses: [200], isOf: hasTypes },
    description: 'With `rel="next"` the next page, where the body has no place for it',
  },
  { name: 'Retry-After', statuses: [503], isOf: isAny, description: 'Seconds' },
  { name: 'Retry-After', statuses: [202], isOf: isLeft, description: 'Seconds' },
  {
    ...{ name: 'Idempotency-Replayed', statuses: [200, 201, 202], isOf: isKeyed },
    description: '`true` where this is the answer to an earlier request under the same key',
  },
];

/** What a refusal of some status tells, on whatever route. */
const REFUSAL: Readonly<Record<number, Readonly<Record<string, string>>>> = {
  401: { 'WWW-Authenticate': 'Basic and Bearer' },
  409: { 'Retry-After': 'Seconds, where waiting helps' },
  416: { 'Content-Range': 'How many bytes there are' },
  429: { 'Retry-After': 'Seconds' },
};

/** The parameters of an operation that are headers. */
export function requestHeaders(routes: readonly Route[]): readonly Json[] {
  return Object.entries(REQUEST)
    .filter(([, { isOf }]) => routes.some(isOf))
    .map(([name, { description }]) => ({ name, in: 'header', description, schema: STRING }));
}

/** The headers that an operation's answer of this status may bring. */
export function answerHeaders(routes: readonly Route[], status: number): Json {
  const among = routes.filter(({ answers }) => status in answers);
  const told = ANSWER.filter(({ statuses, isOf }) => statuses.includes(status) && among.some(isOf));
  return Object.fromEntries(told.map(({ name, description }) => [name, { description, schema: STRING }]));
}

export function refusalHeaders(status: number): Json {
  const told = Object.entries(REFUSAL[status] ?? {});
  return Object.fromEntries(told.map(([name, description]) => [name, { description, schema: STRING }]));
}

const STRING = { type: 'string' } as const;
