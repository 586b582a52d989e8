import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';

export interface Resource {
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** One stack as it was synthesized: nothing in it is resolved yet. */
export interface StackTemplate {
  readonly stack: string;
  /** By logical id. */
  readonly resources: ReadonlyMap<string, Resource>;
  /** Values by the name under which other stacks import them. */
  readonly exports: ReadonlyMap<string, unknown>;
  /** Unpacked folder of each asset by the object key that it would get. */
  readonly assets: ReadonlyMap<string, string>;
}

/** The stacks of a cloud assembly that `cdk synth` left in `outdir`. */
export interface Assembly {
  readonly outdir: string;
  readonly templates: readonly StackTemplate[];
}

/** Reads all stacks that the manifest of an assembly names. */
export function readAssembly(outdir: string): Assembly {
  const { artifacts } = MANIFEST.parse(readJson(outdir, 'manifest.json'));
  const templates = Object.entries(artifacts)
    .filter(([, artifact]) => artifact.type === 'aws:cloudformation:stack')
    .map(([stack, { properties }]) => readTemplate(outdir, stack, properties?.templateFile));
  return { outdir, templates };
}

function readTemplate(outdir: string, stack: string, file = `${stack}.template.json`): StackTemplate {
  const { Resources, Outputs } = TEMPLATE.parse(readJson(outdir, file));
  const { files } = ASSETS.parse(readJson(outdir, `${stack}.assets.json`));
  return {
    stack,
    resources: new Map(
      Object.entries(Resources).map(([id, { Type, Properties }]) => [
        id,
        { type: Type, properties: Properties },
      ]),
    ),
    exports: new Map(
      Object.values(Outputs).flatMap(({ Export, Value }) => (Export ? [[Export.Name, Value] as const] : [])),
    ),
    assets: new Map(
      Object.values(files).flatMap(({ source, destinations }) =>
        Object.values(destinations).map(({ objectKey }) => [objectKey, join(outdir, source.path)] as const),
      ),
    ),
  };
}

function readJson(folder: string, file: string): unknown {
  return JSON.parse(readFileSync(join(folder, file), 'utf8'));
}

const MANIFEST = z.object({
  artifacts: z.record(
    z.string(),
    z.object({
      type: z.string(),
      properties: z.optional(z.object({ templateFile: z.optional(z.string()) })),
    }),
  ),
});
const PROPERTIES = z.record(z.string(), z.unknown());
const TEMPLATE = z.object({
  Resources: z.record(z.string(), z.object({ Type: z.string(), Properties: z._default(PROPERTIES, {}) })),
  Outputs: z._default(
    z.record(
      z.string(),
      z.object({ Value: z.unknown(), Export: z.optional(z.object({ Name: z.string() })) }),
    ),
    {},
  ),
});
const ASSETS = z.object({
  files: z.record(
    z.string(),
    z.object({
      source: z.object({ path: z.string() }),
      destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
    }),
  ),
});
