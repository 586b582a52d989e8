import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import type { Settings } from './settings.ts';

/** Only files, and no word but of errors. */
const BARE_INSTALL = [
  ...['--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund'],
  ...['--prefer-offline', '--loglevel=error'],
];

/**
 * The `node_modules` that hold sharp as our lockfile has it, for Lambda's Linux on `arch`. Kept under `cdk.out` of `root`, so that npm is
 * asked once a lockfile; from a warm npm cache it needs no network. Throws an Error when npm has left out the native code: it is
 * optional to npm, which calls an installation without it a success.
 */
export function installSharp(root: string, arch: Settings['arch']): string {
  const lock = fs.readFileSync(join(root, 'package-lock.json'), 'utf8');
  const version = LOCK.parse(JSON.parse(lock)).packages['node_modules/sharp'].version;
  const fingerprint = createHash('sha256').update(lock).digest('hex').slice(0, 12);
  const caches = join(root, 'cdk.out', '.cache');
  const cache = join(caches, `sharp-${version}-linux-${arch}-${fingerprint}`);
  if (fs.existsSync(cache)) return cache;

  fs.mkdirSync(caches, { recursive: true });
  const staging = fs.mkdtempSync(join(caches, 'staging-'));
  try {
    for (const name of ['package-lock.json', '.npmrc']) fs.cpSync(join(root, name), join(staging, name));
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
