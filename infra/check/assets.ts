import { globSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { FunctionName } from '../stacks/service-stack.ts';

const MB = 1_000_000;

/** Bytes that a function's unpacked asset may have: what it has today, and a little. A start reads what lies there, and a deploy sends it. */
export const BUDGETS = {
  process: 23 * MB,
  render: 23 * MB,
  api: 3 * MB,
  sweep: 2.2 * MB,
} as const satisfies Record<FunctionName, number>;

/** Bytes of all files below a folder. */
export function bytesOf(folder: string): number {
  return globSync('**', { cwd: folder })
    .map((path) => statSync(join(folder, path)))
    .reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0);
}
