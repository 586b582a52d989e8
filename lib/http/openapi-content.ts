import * as z from 'zod/mini';
import type { Content } from './routes.ts';
import * as Schemas from './schemas.ts';

export type Json = Readonly<Record<string, unknown>>;

/** What bodies are made of, by media type; of several schemas under one type any. */
export function contentOf(contents: readonly Content[]): Json {
  const parts = contents.flatMap((content): readonly (readonly [type: string, schema?: Json])[] => [
    ...('json' in content
      ? [['application/json', named(content.json) ?? schemaOf(content.json)] as const]
      : []),
    ...(content.types ?? []).map((type) => [type] as const),
  ]);
  return Object.fromEntries(
    [...Map.groupBy(parts, ([type]) => type)].map(([type, same]) => {
      const [schema, ...more] = same.flatMap(([, it]) => it ?? []);
      if (schema === undefined) return [type, {}];
      return [type, { schema: more.length === 0 ? schema : { anyOf: [schema, ...more] } }];
    }),
  );
}

function named(schema: z.ZodMiniType): Json | undefined {
  const [name] = Object.entries(Schemas).find(([, it]) => it === schema) ?? [];
  return name === undefined ? undefined : { $ref: `#/components/schemas/${name}` };
}

/** As JSON Schema: of what is sent, where a transformation would make it something else. */
export function schemaOf(schema: z.ZodMiniType): Json {
  const { $schema: _dialect, ...json } = z.toJSONSchema(schema, { io: 'input' });
  return json;
}
