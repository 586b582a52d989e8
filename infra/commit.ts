import { execFileSync } from 'node:child_process';

/**
 * The commit that is checked out in `root`, such as `d777976` or `d777976-dirty` where files differ from it. Undefined where there is no
 * git, or `root` is no clone.
 */
export function commitOf(root: string): string | undefined {
  const describe = ['describe', '--always', '--dirty', '--exclude=*', '--abbrev=7'];
  try {
    return execFileSync('git', describe, {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return undefined;
  }
}
