import type * as z from 'zod/mini';
import { ERRORS, type ErrorCode } from '../error.ts';
import { contentOf, type Json, schemaOf } from './openapi-content.ts';
import { answerHeaders, refusalHeaders, requestHeaders } from './openapi-headers.ts';
import { ABOUT, EXAMPLES, MEANINGS, PARAMETERS, SUBJECTS } from './openapi-words.ts';
import type { Parameter } from './parameter.ts';
import { ROUTES, type Route } from './routes.ts';
import * as Schemas from './schemas.ts';

type Named = readonly [name: string, route: Route];

/** The OpenAPI 3.1 document of the HTTP API, of the very rows and schemas that route and validate. https://spec.openapis.org/oas/v3.1.0 */
export function openApiDocument({
  version,
  baseUrl,
}: {
  readonly version: string;
  readonly baseUrl: string;
}): Json {
  const paths: Record<string, Json> = {};
  for (const [path, routes] of Map.groupBy(Object.entries<Route>(ROUTES), ([, { path }]) => path)) {
    const methods = Map.groupBy(routes, ([, { method }]) => method.toLowerCase());
    paths[path.replaceAll('+}', '}')] = Object.fromEntries(
      [...methods].map(([method, variants]) => [method, operation(variants)]),
    );
  }
  const license = { name: 'Apache-2.0', identifier: 'Apache-2.0' };
  return {
    openapi: '3.1.0',
    info: { title: 'Darkroom', version, description: ABOUT, license },
    servers: [{ url: baseUrl }],
    security: [{ password: [] }, { token: [] }],
    tags: [...new Set(Object.values(SUBJECTS))].map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: {
        password: { type: 'http', scheme: 'basic' },
        token: { type: 'http', scheme: 'bearer', description: 'As `POST /tokens` gives it' },
        signature: { type: 'apiKey', in: 'query', name: 'signature', description: 'As `url=true` gives it' },
      },
      schemas: Object.fromEntries(
        Object.entries(Schemas).map(([name, schema]) => [name, component(name, schema)]),
      ),
    },
  };
}

function component(name: string, schema: z.ZodMiniType): Json {
  const example: unknown = Object.entries(EXAMPLES).find(([it]) => it === name)?.[1];
  return { ...schemaOf(schema), ...(example !== undefined && { examples: [example] }) };
}

/** One operation: rows that share method and path are its variants, told apart by a flag of the query. */
function operation(variants: readonly Named[]): Json {
  const routes = variants.map(([, route]) => route);
  const [main] = variants.filter(([, { when }]) => when === undefined);
  const [name, route] = main ?? variants[0] ?? ['', undefined];
  if (route === undefined) throw new Error('An operation has a route');
  const query = Object.assign({}, ...routes.map((it) => it.query)) as Route['query'];
  const bodies = routes.flatMap(({ body }) => (body === undefined ? [] : [body]));
  return {
    operationId: name,
    tags: [SUBJECTS[route.path.split('/')[1] ?? ''] ?? 'Service'],
    summary: route.does,
    description: describe(routes),
    parameters: [
      ...[...route.path.matchAll(/\{(\w+)\+?\}/g)].map(([, it = '']) => pathParameter(it)),
      ...Object.entries(query).map(([it, parameter]) => queryParameter(it, parameter)),
      ...requestHeaders(routes),
    ],
    ...(bodies.length > 0 && { requestBody: { content: contentOf(bodies) } }),
    responses: { ...answersOf(routes), ...refusalsOf(routes) },
    ...(route.role === 'anyone' && { security: [] }),
    ...(route.isSignable && { security: [{ password: [] }, { token: [] }, { signature: [] }] }),
  };
}

function describe(routes: readonly Route[]): string {
  return routes
    .map(({ when, does, role }) => {
      const who = role === 'anyone' ? 'Needs no credentials.' : `Takes the role ${role}.`;
      return `${when === undefined ? '' : `With \`${when}=true\`: `}${does}. ${who}`;
    })
    .join('\n\n');
}

function pathParameter(name: string): Json {
  const [description, schema] = [PARAMETERS[name], { type: 'string', minLength: 1 }];
  return { name, in: 'path', required: true, ...(description && { description }), schema };
}

function queryParameter(name: string, { takes, schema }: Parameter): Json {
  const meaning = PARAMETERS[name];
  const description = meaning === undefined ? `Takes ${takes}.` : `${meaning}. Takes ${takes}.`;
  return { name, in: 'query', description, explode: false, schema: schemaOf(schema) };
}

function answersOf(routes: readonly Route[]): Json {
  const all = routes.flatMap((route) =>
    Object.entries(route.answers).map(([status, content]) => ({ status, content })),
  );
  return Object.fromEntries(
    [...Map.groupBy(all, ({ status }) => status)].map(([status, answers]) => {
      const content = contentOf(answers.flatMap((it) => it.content ?? []));
      const headers = answerHeaders(routes, Number(status));
      return [
        status,
        {
          description: MEANINGS[status] ?? 'Done',
          ...(Object.keys(headers).length > 0 && { headers }),
          ...(Object.keys(content).length > 0 && { content }),
        },
      ];
    }),
  );
}

/** A refusal each: what the rows name, and what every route may say. */
function refusalsOf(routes: readonly Route[]): Json {
  const codes = new Set<ErrorCode>(routes.flatMap(({ errors }) => errors));
  codes.add('BAD_PARAMETER');
  if (routes.some(({ role }) => role !== 'anyone'))
    for (const code of ['UNAUTHENTICATED', 'FORBIDDEN', 'TOO_MANY_REQUESTS'] as const) codes.add(code);
  if (routes.some(({ body }) => body !== undefined))
    for (const code of ['BAD_REQUEST', 'UNSUPPORTED_MEDIA_TYPE', 'BODY_TOO_LARGE'] as const) codes.add(code);
  const byStatus = Map.groupBy([...codes].toSorted(), (code) => ERRORS[code]);
  const problem = (description: string, headers: Json = {}): Json => ({
    description,
    ...(Object.keys(headers).length > 0 && { headers }),
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  });
  return {
    ...Object.fromEntries(
      [...byStatus].map(([status, names]) => [status, problem(names.join(', '), refusalHeaders(status))]),
    ),
    default: problem('Whatever else went wrong'),
  };
}
