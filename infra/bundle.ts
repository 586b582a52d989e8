import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { buildSync, type Metafile } from 'esbuild';
import * as z from 'zod/mini';
import type { Settings } from './settings.ts';

export interface BundleOptions extends Pick<Settings, 'target' | 'arch'> {
  /** File whose export `handler` is the function. */
  readonly entry: string;
  /** Emptied and filled: `index.mjs`, its chunks, and on AWS the `node_modules` that cannot be bundled. */
  readonly outdir: string;
}

const ROOT = join(import.meta.dirname, '..');
/** Some dependencies are CommonJS inside and call `require`, which a module has not. */
const BANNER = `import{createRequire}from'node:module';const require=createRequire(import.meta.url);`;

/** Only files, and no word but of errors. */
const BARE_INSTALL = [
  ...['--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund'],
  ...['--prefer-offline', '--loglevel=error'],
];

/**
 * Bundles one function and returns `outdir`. Native code cannot be bundled: on AWS a function that imports sharp gets the one for
 * its processor beside it; here it finds the project's own (`linkModules`). The same source gives the same bytes.
 */
export function bundleFunction({ entry, target, arch, outdir }: BundleOptions): string {
  fs.rmSync(outdir, { recursive: true, force: true });
  const { metafile } = buildSync({
    entryPoints: { index: entry },
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
    // Names stay, so that a stack trace can be read without a source map.
    minifySyntax: true,
    minifyWhitespace: true,
    banner: { js: BANNER },
    tsconfigRaw: {},
    metafile: true,
  });
  if (target === 'aws' && importsSharp(metafile)) {
    fs.cpSync(installSharp(arch), join(outdir, 'node_modules'), { recursive: true });
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

/**
 * The `node_modules` that hold sharp as our lockfile has it, for Lambda's Linux on `arch`. Kept under `cdk.out`, so that npm is
 * asked once a lockfile; from a warm npm cache it needs no network. Throws an Error when npm has left out the native code: it is
 * optional to npm, which calls an installation without it a success.
 */
function installSharp(arch: Settings['arch']): string {
  const lock = fs.readFileSync(join(ROOT, 'package-lock.json'), 'utf8');
  const version = LOCK.parse(JSON.parse(lock)).packages['node_modules/sharp'].version;
  const fingerprint = createHash('sha256').update(lock).digest('hex').slice(0, 12);
  const caches = join(ROOT, 'cdk.out', '.cache');
  const cache = join(caches, `sharp-${version}-linux-${arch}-${fingerprint}`);
  if (fs.existsSync(cache)) return cache;

  fs.mkdirSync(caches, { recursive: true });
  const staging = fs.mkdtempSync(join(caches, 'staging-'));
  try {
    for (const name of ['package-lock.json', '.npmrc']) fs.cpSync(join(ROOT, name), join(staging, name));
    fs.writeFileSync(join(staging, 'package.json'), JSON.stringify({ dependencies: { sharp: version } }));
    const platform = ['--os=linux', `--cpu=${arch}`, '--libc=glibc'];
    execFileSync('npm', ['ci', ...platform, ...BARE_INSTALL], {
      cwd: staging,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const modules = join(staging, 'node_modules');
    checkNative(modules, arch);
    for (const own of ['.bin', '.package-lock.json']) {
      fs.rmSync(join(modules, own), { recursive: true, force: true });
    }
    // Another synthesis may have been quicker, and its files are the same.
    if (!fs.existsSync(cache)) fs.renameSync(modules, cache);
  } finally {
    fs.rmSync(staging, { recursive: true, force: true });
  }
  return cache;
}

function checkNative(modules: string, arch: Settings['arch']): void {
  for (const name of [`@img/sharp-linux-${arch}`, `@img/sharp-libvips-linux-${arch}`]) {
    if (fs.existsSync(join(modules, name))) continue;
    throw new Error(`npm has not installed ${name}: its cache lacks it, and the registry does not answer`);
  }
}

const LOCK = z.object({ packages: z.object({ 'node_modules/sharp': z.object({ version: z.string() }) }) });
