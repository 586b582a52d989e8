import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');
const COPIED = ['infra', 'lib', 'cdk.json', 'package.json', 'package-lock.json', '.npmrc'];

/** A handler without sharp, and one that makes a picture with it: no test here depends on what the real functions import. */
export const PLAIN = `export const handler = async () => ({ statusCode: 200, body: 'plain' });\n`;
export const WITH_SHARP = `import sharp from 'sharp';
export const handler = async () => {
  const create = { width: 1, height: 1, channels: 3, background: 'red' } as const;
  const png = await sharp({ create }).png().toBuffer();
  return png.subarray(1, 4).toString();
};
`;

export interface Project {
  readonly root: string;
  remove(): void;
}

/** A copy of the project's infrastructure in the temporary folder, with tiny functions. */
export function createProject(): Project {
  const root = mkdtempSync(join(realpathSync(tmpdir()), 'darkroom-infra-'));
  for (const name of COPIED) cpSync(join(ROOT, name), join(root, name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'), 'junction');
  const handlers = { process: WITH_SHARP, api: PLAIN, render: PLAIN };
  for (const [name, source] of Object.entries(handlers)) {
    mkdirSync(join(root, 'functions', name), { recursive: true });
    writeFileSync(join(root, 'functions', name, 'handler.ts'), source);
  }
  return { root, remove: () => rmSync(root, { recursive: true, force: true }) };
}
