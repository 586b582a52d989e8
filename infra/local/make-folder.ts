import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a folder of mode 0700 and those above it, unless they are there. One by one: Node's own way to do so turns for ever where a
 * folder can be neither found nor made, as under `/proc`. Throws an Error of one line.
 */
export function makeFolder(path: string): void {
  try {
    make(path);
  } catch (error) {
    const { code = error } = Object(error);
    throw new Error(`The folder ${path} cannot be made (${code}): choose another with DARKROOM_HOME=…`, {
      cause: error,
    });
  }
}

function make(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    const { code } = Object(error);
    if (code === 'EEXIST' && statSync(path).isDirectory()) return;
    if (code !== 'ENOENT' || dirname(path) === path || existsSync(dirname(path))) throw error;
    make(dirname(path));
    mkdirSync(path, { mode: 0o700 });
  }
}
