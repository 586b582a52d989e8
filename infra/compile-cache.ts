import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SettingName } from '../lib/config.ts';
import type { Settings } from './settings.ts';

/** What the functions read at their entry. Nothing is called with it: only the code that a start runs is compiled. */
export const REHEARSAL: Readonly<Record<SettingName, string>> = {
  INPUT_BUCKET: 'input',
  OUTPUT_BUCKET: 'output',
  TABLE_NAME: 'log',
  QUEUE_URL: 'https://sqs.invalid/work',
  DEAD_LETTERS_URL: 'https://sqs.invalid/dead-letters',
  EVENT_BUS: 'default',
  BASE_PATH: '',
  DELETE_INPUT: 'false',
  MAX_SOURCE_BYTES: '1000',
  DARKROOM_VERSION: '1.2.3',
  STAGE: 'prod',
  SECRET: 'file:/nowhere',
  SIGNING_SECRET: 'file:/nowhere',
  PUBLIC_URL: '',
  CDN_URL: '',
  ORIGIN_SECRET: '',
};

const BAKE = `
import { enableCompileCache, flushCompileCache } from 'node:module';
enableCompileCache({ directory: process.argv[1], portable: true });
await import(process.argv[2]);
flushCompileCache();
process.exit();
`;

/** Code is compiled for one processor and one version of Node: another one ignores it without a word. */
export function canBake({ target, arch }: Pick<Settings, 'target' | 'arch'>): boolean {
  return target === 'aws' && arch === process.arch && process.platform === 'linux';
}

/**
 * Keeps what V8 makes of the code of a start in `cache/` of an asset whose function is `app.mjs`. Node finds cached code by the way from the
 * cache to the module, so both are laid out here as Lambda has them. Throws an Error when the function does not start.
 */
export function bakeCompileCache(asset: string): void {
  const root = fs.mkdtempSync(join(fs.realpathSync(tmpdir()), 'darkroom-bake-'));
  const [task, directory] = [join(root, 'var', 'task'), join(root, 'tmp', 'compile-cache')];
  try {
    fs.cpSync(asset, task, { recursive: true, filter: (path) => !path.endsWith('node_modules') });
    execFileSync(process.execPath, ['--input-type=module', '-e', BAKE, directory, join(task, 'app.mjs')], {
      env: { ...REHEARSAL, AWS_REGION: 'us-east-1' },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    for (const name of fs.readdirSync(directory))
      fs.cpSync(join(directory, name), join(asset, 'cache', name.replace(/-\d+$/, '')), { recursive: true });
  } finally {
    fs.rmSync(root, { recursive: true, force: true });
  }
}
