import * as z from 'zod/mini';
import { ERRORS, type ErrorCode } from '../error.ts';
import type { Parameter } from './parameter.ts';
import { type Content, ROUTES, type Route } from './routes.ts';
import * as Schemas from './schemas.ts';

type Json = Readonly<Record<string, unknown>>;

/** The OpenAPI 3.1 document of the HTTP API, of the very rows and schemas that route and validate. */
export function openApiDocument({
  version,
  baseUrl,
}: {
  readonly version: string;
  readonly baseUrl: string;
}): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const [path, routes] of Map.groupBy(Object.entries<Route>(ROUTES), ([, { path }]) => path)) {
    const methods = Map.groupBy(routes, ([, { method }]) => method.toLowerCase());
    paths[path.replaceAll('+}', '}')] = Object.fromEntries(
      [...methods].map(([method, variants]) => [method, operation(variants)]),
    );
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Darkroom',
      version,
      description: ABOUT,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: baseUrl }],
    security: [{ password: [] }, { token: [] }],
    paths,
    components: {
      securitySchemes: {
        password: { type: 'http', scheme: 'basic' },
        token: { type: 'http', scheme: 'bearer' },
        signature: { type: 'apiKey', in: 'query', name: 'signature', description: 'As `url=true` gives it' },
      },
      schemas: Object.fromEntries(Object.entries(Schemas).map(([name, schema]) => [name, schemaOf(schema)])),
    },
  };
}

const ABOUT = [
  'Uploads images, tells what became of them, and delivers them derived on demand.',
  'Errors are problem documents (RFC 9457). A request body may have 4 MB; above about 4.5 MB the platform itself answers',
  '413 with a body of its own. Larger pictures go through `POST /uploads`, or into the bucket by any S3 client.',
  'A `path` may hold slashes; a key that a path cannot carry exactly goes as `/images/-?key=…`.',
].join(' ');

/** One operation: rows that share method and path are its variants, told apart by a flag of the query. */
function operation(variants: readonly (readonly [name: string, route: Route])[]): Json {
  const routes = variants.map(([, route]) => route);
  const [main] = variants.filter(([, { when }]) => when === undefined);
  const [name, route] = main ?? variants[0] ?? ['', undefined];
  if (route === undefined) throw new Error('An operation has a route');
  const query = Object.assign({}, ...routes.map((it) => it.query)) as Route['query'];
  const bodies = routes.flatMap(({ body }) => (body === undefined ? [] : [body]));
  const content = Object.assign({}, ...bodies.map((body) => contentOf(body, 'input')));
  return {
    operationId: name,
    summary: route.does,
    description: describe(routes),
    parameters: [
      ...[...route.path.matchAll(/\{(\w+)\+?\}/g)].map(([, it = '']) => pathParameter(it)),
      ...Object.entries(query).map(([it, parameter]) => queryParameter(it, parameter)),
    ],
    ...(bodies.length > 0 && { requestBody: { content } }),
    responses: { ...answersOf(routes), ...refusalsOf(routes) },
    ...(route.role === 'anyone' && { security: [] }),
    ...(route.isSignable && { security: [{ password: [] }, { token: [] }, { signature: [] }] }),
  };
}

function describe(routes: readonly Route[]): string {
  return routes
    .map(
      ({ when, does, role }) =>
        `${when === undefined ? '' : `With \`${when}=true\`: `}${does}. Role: ${role}.`,
    )
    .join('\n\n');
}

function pathParameter(name: string): Json {
  return { name, in: 'path', required: true, schema: { type: 'string', minLength: 1 } };
}

function queryParameter(name: string, { takes, schema }: Parameter): Json {
  return { name, in: 'query', description: takes, explode: false, schema: schemaOf(schema) };
}

function answersOf(routes: readonly Route[]): Json {
  const all = routes.flatMap(({ answers }) => Object.entries(answers));
  const byStatus = Map.groupBy(all, ([status]) => status);
  return Object.fromEntries(
    [...byStatus].map(([status, answers]) => {
      const contents = answers.flatMap(([, content]) => (content === null ? [] : [content]));
      const content = Object.assign({}, ...contents.map((it) => contentOf(it, 'output')));
      return [status, { description: MEANINGS[status] ?? 'Done', ...(contents.length > 0 && { content }) }];
    }),
  );
}

const MEANINGS: Readonly<Record<string, string>> = {
  200: 'Here it is',
  201: 'Made',
  202: 'Accepted; the build tells what becomes of it',
  204: 'Done, and there is nothing to say',
  206: 'The part that was asked for',
  304: 'Not modified',
  307: 'The body is too large for an answer: it lies at `Location` for some minutes',
  503: 'Something that it needs does not answer',
};

/** A refusal each: what the rows name, and what every route may say. */
function refusalsOf(routes: readonly Route[]): Json {
  const codes = new Set<ErrorCode>(routes.flatMap(({ errors }) => errors));
  codes.add('BAD_PARAMETER');
  if (routes.some(({ role }) => role !== 'anyone'))
    for (const code of ['UNAUTHENTICATED', 'FORBIDDEN', 'TOO_MANY_REQUESTS'] as const) codes.add(code);
  if (routes.some(({ body }) => body !== undefined))
    for (const code of ['BAD_REQUEST', 'UNSUPPORTED_MEDIA_TYPE', 'BODY_TOO_LARGE'] as const) codes.add(code);
  const byStatus = Map.groupBy([...codes].toSorted(), (code) => ERRORS[code]);
  const problem = (description: string): Json => ({
    description,
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  });
  return {
    ...Object.fromEntries([...byStatus].map(([status, names]) => [status, problem(names.join(', '))])),
    default: problem('Whatever else went wrong'),
  };
}

function contentOf(content: Content, io: 'input' | 'output'): Json {
  if ('json' in content)
    return { 'application/json': { schema: named(content.json) ?? schemaOf(content.json, io) } };
  return Object.fromEntries(content.types.map((type) => [type, {}]));
}

function named(schema: z.ZodMiniType): Json | undefined {
  const [name] = Object.entries(Schemas).find(([, it]) => it === schema) ?? [];
  return name === undefined ? undefined : { $ref: `#/components/schemas/${name}` };
}

/** As JSON Schema: of what is sent, where a transformation would make it something else. */
function schemaOf(schema: z.ZodMiniType, io: 'input' | 'output' = 'input'): Json {
  const { $schema: _dialect, ...json } = z.toJSONSchema(schema, { io });
  return json;
}
