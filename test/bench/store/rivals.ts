import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** What the store is compared with; fetched once, and kept outside of the project. */
const PACKAGES = ['fauxqs@2.4.1', 's3rver@3.7.1'];
const FOLDER = join(tmpdir(), `darkroom-bench-${PACKAGES.join('-')}`);
const FETCH_WITHIN_MS = 120_000;

/** Where the packages lie. Throws when they cannot be fetched, as without a network. */
export async function fetchRivals(): Promise<string> {
  const modules = join(FOLDER, 'node_modules');
  if (!existsSync(join(modules, '.package-lock.json'))) {
    await mkdir(FOLDER, { recursive: true });
    const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-save'];
    await promisify(execFile)('npm', ['install', '--prefix', FOLDER, ...quiet, ...PACKAGES], {
      cwd: FOLDER,
      timeout: FETCH_WITHIN_MS,
    });
  }
  return modules;
}
