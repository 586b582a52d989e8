import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { buildSync, type Metafile } from 'esbuild';
import { bakeCompileCache, canBake } from './compile-cache.ts';
import { installSharp } from './native-sharp.ts';
import type { Settings } from './settings.ts';

export interface BundleOptions extends Pick<Settings, 'target' | 'arch'> {
  /** A folder under `functions`, whose `handler.ts` exports `handler`. */
  readonly name: string;
  /** Holds the assets of all functions. */
  readonly folder: string;
}

const ROOT = join(import.meta.dirname, '..');
const ASSET = join(import.meta.dirname, 'asset');
/** Some dependencies are CommonJS inside and call `require`, which a module has not. */
const BANNER = `import{createRequire}from'node:module';const require=createRequire(import.meta.url);`;

/** The code of a function as CDK takes it. Compiled code differs from one build to the next: what it was compiled from tells assets apart. */
export function bundledCode(options: BundleOptions): Code {
  const outdir = bundleFunction(options);
  if (!canBake(options)) return Code.fromAsset(outdir);
  bakeCompileCache(outdir);
  return Code.fromAsset(outdir, { assetHash: hashOf(outdir) });
}

/**
 * Bundles one function into a folder of its own, emptied before, and returns it: `index.mjs`, its chunks with their source maps, and on AWS the
 * `node_modules` that cannot be bundled. A function that imports sharp gets the one for its processor beside it; here it finds the project's own
 * (`linkModules`). The same source gives the same bytes.
 */
export function bundleFunction({ name, folder, target, arch }: BundleOptions): string {
  const outdir = join(folder, name);
  const entry = canBake({ target, arch }) ? 'app' : 'index';
  fs.rmSync(outdir, { recursive: true, force: true });
  const { metafile } = buildSync({
    entryPoints: { [entry]: join(ROOT, 'functions', name, 'handler.ts') },
    outdir,
    absWorkingDir: ROOT,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    // What is imported late is read late: half of a cold start is code that an invocation never needs.
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    external: ['sharp', '@img/*'],
    alias: { 'node:http': join(ASSET, 'node-http.cjs') },
    // Names stay, so that a stack trace can be read as it is. With NODE_OPTIONS=--enable-source-maps, which slows each start, it names our lines.
    minifySyntax: true,
    minifyWhitespace: true,
    sourcemap: target === 'aws',
    sourcesContent: false,
    banner: { js: BANNER },
    tsconfigRaw: {},
    metafile: true,
  });
  if (entry === 'app') fs.copyFileSync(join(ASSET, 'index.mjs'), join(outdir, 'index.mjs'));
  if (target === 'aws' && importsSharp(metafile)) {
    fs.cpSync(installSharp(ROOT, arch), join(outdir, 'node_modules'), { recursive: true });
  }
  return outdir;
}

/** Lets code under `folder` import what is installed in the project: Node looks for `node_modules` in every folder above. */
export function linkModules(folder: string): void {
  const link = join(folder, 'node_modules');
  fs.mkdirSync(folder, { recursive: true });
  fs.rmSync(link, { force: true });
  fs.symlinkSync(join(ROOT, 'node_modules'), link, 'junction');
}

function importsSharp({ outputs }: Metafile): boolean {
  return Object.values(outputs).some(({ imports }) =>
    imports.some(({ path, external }) => external && path === 'sharp'),
  );
}

/** Of all files but the compiled code, and of what compiled it. */
function hashOf(folder: string): string {
  const hash = createHash('sha256').update(process.version);
  const files = fs.globSync('**', { cwd: folder, withFileTypes: true, exclude: ['cache/**'] });
  const paths = files.filter((it) => it.isFile()).map((it) => join(it.parentPath, it.name));
  for (const path of paths.toSorted()) hash.update(path.slice(folder.length)).update(fs.readFileSync(path));
  return hash.digest('hex');
}
