import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { openApiDocument } from '../../../lib/http/openapi.ts';
import { ROUTES, type Route } from '../../../lib/http/routes.ts';

interface Operation {
  readonly operationId: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly parameters: readonly {
    readonly name: string;
    readonly in: string;
    readonly description?: string;
  }[];
  readonly responses: Readonly<Record<string, { readonly headers?: object; readonly content?: object }>>;
  readonly security?: readonly object[];
  readonly requestBody?: { readonly content: object };
}

const document = openApiDocument({ version: '1.2.3', baseUrl: 'https://h/base' });
const paths = document.paths as Record<string, Record<string, Operation>>;
const operations = Object.values(paths).flatMap((methods) => Object.values(methods));
const operation = ({ method, path }: Route): Operation | undefined =>
  paths[path.replace('+}', '}')]?.[method.toLowerCase()];

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1', async () => {
    expect(document.openapi).toBe('3.1.0');
    const { valid, errors } = await new Validator().validate(structuredClone(document));
    expect(errors).toBeUndefined();
    expect(valid).toBe(true);
  });

  it('refers only to what it has', () => {
    const schemas = (document.components as { schemas: object }).schemas;
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)];
    expect(references.length).toBeGreaterThan(20);
    for (const [, name = ''] of references) expect(schemas).toHaveProperty(name);
  });

  it('names each operation once', () => {
    const ids = operations.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each(Object.entries<Route>(ROUTES))(
    'has %s with its answers, refusals and parameters',
    (_name, route) => {
      const found = operation(route);
      expect(found?.description).toContain(route.does);
      expect(found?.responses).toMatchObject(
        Object.fromEntries(Object.keys(route.answers).map((status) => [status, {}])),
      );
      const named = found?.parameters.filter((it) => it.in === 'query').map(({ name }) => name);
      expect(named).toEqual(expect.arrayContaining(Object.keys(route.query)));
      expect(found?.security).toEqual(
        route.role === 'anyone'
          ? []
          : route.isSignable
            ? expect.arrayContaining([{ signature: [] }])
            : found?.security,
      );
    },
  );

  it('says of each parameter what it does', () => {
    const undescribed = operations.flatMap(({ operationId, parameters }) =>
      parameters
        .filter((it) => (it.description ?? 'Takes ').startsWith('Takes '))
        .map(({ name }) => [operationId, name]),
    );
    expect(undescribed).toEqual([]);
  });

  it('puts each operation under a subject', () => {
    const tags = (document.tags as { name: string }[]).map(({ name }) => name);
    for (const { tags: own } of operations) expect(tags).toEqual(expect.arrayContaining([...own]));
  });

  it('tells what several routes of one operation answer under one type', () => {
    const { content } = operation(ROUTES.image)?.responses[200] ?? {};
    expect(content).toMatchObject({
      'image/webp': {},
      'application/json': {
        schema: {
          anyOf: [
            { $ref: expect.stringMatching(/ImageFacts$/) },
            { $ref: expect.stringMatching(/ImageUrl$/) },
          ],
        },
      },
    });
    expect(Object.keys(operation(ROUTES.put)?.requestBody?.content ?? {})).toEqual([
      'image/*',
      'application/octet-stream',
      'multipart/form-data',
      'application/json',
    ]);
  });

  it.each<[Route, string | number, readonly string[]]>([
    [ROUTES.image, 200, ['ETag', 'Last-Modified', 'Cache-Control', 'Vary']],
    [ROUTES.image, 206, ['ETag', 'Last-Modified', 'Cache-Control', 'Vary', 'Content-Range']],
    [ROUTES.image, 307, ['Location']],
    [ROUTES.image, 416, ['Content-Range']],
    [ROUTES.download, 304, ['ETag', 'Last-Modified', 'Cache-Control']],
    [ROUTES.upload, 202, ['ETag', 'Location', 'Idempotency-Replayed']],
    [ROUTES.uploadFiles, 202, ['Location', 'Idempotency-Replayed']],
    [ROUTES.putFacts, 200, ['ETag']],
    [ROUTES.events, 200, ['Link']],
    [ROUTES.list, 401, ['WWW-Authenticate']],
    [ROUTES.list, 429, ['Retry-After']],
    [ROUTES.health, 503, ['Retry-After']],
  ])('names the headers of an answer', (route, status, names) => {
    expect(Object.keys(operation(route)?.responses[status]?.headers ?? {})).toEqual(names);
  });

  it.each<[Route, readonly string[]]>([
    [
      ROUTES.image,
      ['If-None-Match', 'If-Modified-Since', 'If-Match', 'If-Unmodified-Since', 'Range', 'If-Range'],
    ],
    [ROUTES.upload, ['Idempotency-Key', 'If-None-Match', 'If-Match', 'If-Unmodified-Since']],
    [ROUTES.uploadFiles, ['Idempotency-Key']],
    [ROUTES.startBuild, ['Idempotency-Key']],
    [ROUTES.remove, ['If-None-Match', 'If-Match', 'If-Unmodified-Since']],
  ])('names the headers of a request', (route, names) => {
    const headers = operation(route)?.parameters.filter((it) => it.in === 'header');
    expect(headers?.map(({ name }) => name)).toEqual(names);
  });
});
