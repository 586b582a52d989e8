import { spawn } from 'node:child_process';

/**
 * A shell that waits for this runtime to die, however it does, and then kills the process group of a sandbox. The sandbox itself
 * ends when its lifeline breaks, but one that is caught in a loop would never look; it would burn a core until the next start.
 * Returns the function that ends the guard.
 */
export function guardProcess(pid: number): () => void {
  const shell = spawn('/bin/sh', ['-c', `read -r _; kill -s KILL -- -${pid}`], {
    detached: true,
    env: {},
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // Where there is no shell, the lifeline and the next start's `endLeftovers` have to do.
  shell.on('error', () => {});
  return () => shell.kill('SIGKILL');
}
