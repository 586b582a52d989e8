import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');

/** Who may import whom: rooms by their folder, packages by their name. What is not listed may not. `node:` is free for all but PURE rooms. */
const RULES: Readonly<Record<string, readonly string[]>> = {
  lib: ['zod'],
  'lib/recipe': ['lib', 'zod'],
  'lib/pipeline': ['lib', 'lib/recipe', 'pipelines', 'zod'],
  'lib/image': ['lib', 'lib/recipe', 'sharp', 'exif-reader'],
  'lib/store': [
    ...['lib', 'lib/recipe', 'lib/pipeline'],
    ...['@aws-sdk/client-s3', '@aws-sdk/s3-presigned-post', '@aws-sdk/s3-request-presigner'],
  ],
  'lib/table': ['lib', 'lib/pipeline', '@aws-sdk/client-dynamodb', '@aws-sdk/util-dynamodb'],
  'lib/queue': ['lib', 'lib/pipeline', '@aws-sdk/client-sqs', '@aws-sdk/client-eventbridge'],
  'lib/metrics': ['@aws-lambda-powertools/metrics'],
  'lib/sweep': ['lib', 'lib/pipeline', 'lib/store', 'lib/table', 'lib/queue', 'lib/build'],
  'lib/secrets': ['zod', '@aws-sdk/client-secrets-manager'],
  'lib/http': [
    ...['lib', 'lib/recipe', 'lib/pipeline', 'zod'],
    ...['@middy/core', '@fastify/busboy', 're2js', 'aws-lambda'],
  ],
  'lib/auth': ['lib', 'lib/http'],
  'lib/build': ['lib', 'lib/recipe', 'lib/pipeline', 'lib/store', 'lib/table', 'lib/queue'],
  functions: ['lib', 'lib/*', 'zod', 'aws-lambda'],
  // What an operator runs against a stage: the rooms of the sweep, and the names that infra gives.
  'cli/ops': ['lib', 'lib/*', 'infra'],
  infra: [
    '.',
    'lib',
    'lib/http',
    'lib/recipe',
    'lib/pipeline',
    'infra',
    'infra/*',
    'aws-cdk-lib',
    'constructs',
    'esbuild',
    'zod',
  ],
  'infra/check': ['infra', 'infra/*', 'aws-cdk-lib', 'cdk-nag'],
  'infra/local': [
    'lib',
    'lib/http',
    'lib/recipe',
    'lib/pipeline',
    'infra',
    'infra/local',
    'abstract-level',
    'dynalite',
    '@fastify/busboy',
    'fast-xml-parser',
    'zod',
  ],
};

/** Rooms that know of no clock, no disk and no network: what node modules they may use. */
const PURE: Readonly<Record<string, readonly string[]>> = {
  'lib/recipe': [],
  'lib/pipeline': ['node:crypto', 'node:path'],
};

interface Import {
  readonly file: string;
  readonly room: string;
  /** A room of ours, a package, or a `node:` module. */
  readonly target: string;
  readonly path: string;
}

const files = ['functions', 'lib', 'infra', 'cli', 'web']
  .filter((folder) => existsSync(join(ROOT, folder)))
  .flatMap((folder) => sources(join(ROOT, folder)));
const imports = files.flatMap(importsOf);

describe('the rooms', () => {
  it('import only what the house rules let them', () => {
    const broken = imports.filter(
      ({ room, target }) => !target.startsWith('node:') && target !== room && !isAllowed(room, target),
    );
    expect(broken.map(tell)).toEqual([]);
  });

  it('that are pure use no clock, disk or network', () => {
    const broken = imports.filter(
      ({ room, target }) => target.startsWith('node:') && PURE[room]?.includes(target) === false,
    );
    expect(broken.map(tell)).toEqual([]);
  });

  it('let no function import another', () => {
    const functionOf = (path: string): string | undefined => /^functions\/([^/]+)\//.exec(path)?.[1];
    const broken = imports.filter(
      ({ file, path }) =>
        functionOf(path) !== undefined && functionOf(path) !== functionOf(relative(ROOT, file)),
    );
    expect(broken.map(tell)).toEqual([]);
  });

  it('have no circles of files', () => {
    expect(circles()).toEqual([]);
  });

  it('have no barrels and no rooms for whatever is left over', () => {
    const names = files.map((file) => relative(ROOT, file));
    const left = /(^|\/)(index|utils?|helpers?|common|types|managers?|services?)(\.ts|\/)/;
    expect(names.filter((name) => left.test(name))).toEqual([]);
  });

  it('keep sharp out of the API function and out of infra', () => {
    expect(
      reachable(join(ROOT, 'functions/api/handler.ts')).filter(({ target }) => target === 'sharp'),
    ).toEqual([]);
    expect(reachable(join(ROOT, 'infra/app.ts')).filter(({ target }) => target === 'sharp')).toEqual([]);
  });
});

function sources(folder: string): readonly string[] {
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((it) => it.isFile() && /\.ts$/.test(it.name) && !it.name.endsWith('.d.ts'))
    .map((it) => join(it.parentPath, it.name));
}

function importsOf(file: string): readonly Import[] {
  const text = readFileSync(file, 'utf8');
  const specifiers = [
    ...text.matchAll(
      /^(?:import|export)\b[^'"`;]*?\bfrom\s+'([^']+)'|\bimport\(\s*'([^']+)'\s*\)|^import\s+'([^']+)'/gm,
    ),
  ];
  return specifiers.map(([, ...found]) => {
    const specifier = found.find((it) => it !== undefined) ?? '';
    const path = specifier.startsWith('.') ? relative(ROOT, resolve(dirname(file), specifier)) : specifier;
    return {
      file,
      room: roomOf(relative(ROOT, file)),
      target: specifier.startsWith('.') ? roomOf(path) : packageOf(specifier),
      path,
    };
  });
}

/** `lib/error.ts` is of the room `lib`, `lib/http/match.ts` of `lib/http`, `functions/api/upload.ts` of `functions`. */
function roomOf(path: string): string {
  const folders = dirname(path).split('/');
  if (folders[0] === 'lib' || folders[0] === 'cli') return folders.slice(0, 2).join('/');
  if (folders[0] === 'infra')
    return /^(local|check)$/.test(folders[1] ?? '') ? `infra/${folders[1]}` : 'infra';
  return folders[0] ?? '';
}

function packageOf(specifier: string): string {
  if (specifier.startsWith('node:')) return specifier;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function isAllowed(room: string, target: string): boolean {
  return (RULES[room] ?? []).some(
    (rule) => rule === target || (rule.endsWith('/*') && target.startsWith(rule.slice(0, -1))),
  );
}

function reachable(entry: string): readonly Import[] {
  const seen = new Set<string>();
  const walk = (file: string): readonly Import[] => {
    if (seen.has(file)) return [];
    seen.add(file);
    const own = imports.filter((it) => it.file === file);
    return own.flatMap((it) => [it, ...walk(join(ROOT, it.path))]);
  };
  return walk(entry);
}

/** Only imports of values can close a circle that runs. */
function circles(): readonly string[] {
  const graph = new Map(files.map((file) => [file, valueImports(file)]));
  const found: string[] = [];
  const done = new Set<string>();
  const walk = (file: string, path: readonly string[]): void => {
    if (path.includes(file))
      found.push([...path.slice(path.indexOf(file)), file].map((it) => relative(ROOT, it)).join(' -> '));
    if (path.includes(file) || done.has(file)) return;
    for (const next of graph.get(file) ?? []) walk(next, [...path, file]);
    done.add(file);
  };
  for (const file of files) walk(file, []);
  return found;
}

function valueImports(file: string): readonly string[] {
  const text = readFileSync(file, 'utf8');
  const found = [...text.matchAll(/^(?:import|export)\s+(?!type\b)[^'"`;]*?\bfrom\s+'(\.[^']+\.ts)'/gm)];
  return found.map(([, specifier]) => resolve(dirname(file), specifier ?? ''));
}

function tell({ file, target, path }: Import): string {
  return `${relative(ROOT, file)} imports ${path} (${target})`;
}
