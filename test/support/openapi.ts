import * as z from 'zod';
import { matchRoute } from '../../lib/http/match.ts';
import { openApiDocument } from '../../lib/http/openapi.ts';

export interface Answered {
  readonly method: string;
  /** Path and query, without the base path. */
  readonly target: string;
  readonly status: number;
  readonly contentType: string;
  readonly body: unknown;
}

interface Operation {
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema?: Json }>> }>
  >;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Json>> };
}

type Json = Readonly<Record<string, unknown>>;

const document = openApiDocument({ version: '0', baseUrl: 'http://darkroom' }) as unknown as Document;
const schemas = new Map<Json, z.ZodType>();

/** Throws where a JSON answer is not as the document describes it; the answer can still be read. */
export async function checkDescribed(method: string, target: string, answer: Response): Promise<void> {
  const contentType = answer.headers.get('content-type') ?? '';
  if (method === 'HEAD' || !/^application\/(problem\+)?json/.test(contentType)) return;
  const body: unknown = await answer.clone().json();
  const why = misdescribed({ method, target, status: answer.status, contentType, body });
  if (why !== undefined) throw new Error(`${method} ${target} is not as described: ${why}`);
}

/**
 * What is wrong with a JSON answer by the OpenAPI document: a status or a type that the document does not have, something missing, or
 * something that it does not name. Undefined for one that is as described, and for what the gateway says itself.
 */
export function misdescribed({ method, target, status, contentType, body }: Answered): string | undefined {
  if (isGateways(status, body)) return undefined;
  const schema = schemaFor(method, target, status, contentType);
  if (typeof schema === 'string') return schema;
  const parsed = schema.safeParse(body);
  return parsed.success ? undefined : `${status} ${contentType}: ${z.prettifyError(parsed.error)}`;
}

function isGateways(status: number, body: unknown): boolean {
  return status >= 400 && typeof body === 'object' && body !== null && Object.keys(body).join() === 'message';
}

function schemaFor(method: string, target: string, status: number, contentType: string): z.ZodType | string {
  const [path = '', query = ''] = target.split(/\?(.*)/s);
  const decoded = decodedPath(path);
  const match = decoded === undefined ? NOTHING : matchRoute(method, decoded, new URLSearchParams(query));
  // No operation can describe what is none.
  if ('allow' in match) return compiled(document.components.schemas.Problem ?? {});
  const operation = document.paths[match.route.path.replace('+}', '}')]?.[match.route.method.toLowerCase()];
  if (operation === undefined) return `${method} ${path} is no operation`;
  const { responses } = operation;
  const answer = responses[status] ?? (status >= 400 ? responses.default : undefined);
  if (answer === undefined) return `${match.name} answers ${status}`;
  const [type = ''] = contentType.split(';');
  const content = answer.content?.[type];
  if (content === undefined) return `${match.name} answers ${status} as ${type}`;
  return compiled(content.schema ?? {});
}

const NOTHING = { allow: [] } as const;

/** As it arrives; undefined for what no function is asked about, since it is not in percent-encoded UTF-8. */
function decodedPath(path: string): string | undefined {
  try {
    return decodeURIComponent(path.split(/%3f/i)[0] ?? '');
  } catch {
    return undefined;
  }
}

function compiled(schema: Json): z.ZodType {
  const known =
    schemas.get(schema) ?? z.fromJSONSchema(closed(schema) as Parameters<typeof z.fromJSONSchema>[0]);
  schemas.set(schema, known);
  return known;
}

/** With its references followed, and closed where the document leaves room: what it does not name is not to be told. */
function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed);
  if (typeof value !== 'object' || value === null) return value;
  const { $ref, ...rest } = value as { readonly $ref?: string };
  if ($ref !== undefined) return closed(document.components.schemas[$ref.split('/').at(-1) ?? '']);
  const inner = Object.entries(rest).map(([key, part]) => [key, closed(part)]);
  return { ...('properties' in rest && { additionalProperties: false }), ...Object.fromEntries(inner) };
}
