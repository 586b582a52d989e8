import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A process that got SIGKILL is gone in milliseconds, unless a disk holds it. */
const GONE_WITHIN_MS = 2_000;

/**
 * Writes down that process `pid` belongs to this runtime, so that the next start can end it should this one die.
 * Returns the function that strikes it out.
 */
export function recordProcess(runFolder: string, pid: number): () => void {
  const record = join(runFolder, `${pid}.pid`);
  mkdirSync(runFolder, { recursive: true, mode: 0o700 });
  writeFileSync(record, identity(pid) ?? '');
  return () => rmSync(record, { force: true });
}

/**
 * Kills what an earlier runtime left running, each with the processes it started, and waits until they are gone. A process id
 * that now belongs to something else is left alone; without `/proc` (macOS) that cannot be told, so nothing is killed there.
 * Returns how many it killed.
 */
export async function endLeftovers(runFolder: string): Promise<number> {
  mkdirSync(runFolder, { recursive: true, mode: 0o700 });
  const records = readdirSync(runFolder).filter((name) => /^\d+\.pid$/.test(name));
  const ended = await Promise.all(
    records.map((name) => endRecorded(join(runFolder, name), parseInt(name, 10))),
  );
  return ended.filter(Boolean).length;
}

async function endRecorded(record: string, pid: number): Promise<boolean> {
  const recorded = readFileSync(record, 'utf8');
  const same = () => recorded !== '' && identity(pid) === recorded;
  const found = same();
  if (found) killGroup(pid);
  for (let waitedMs = 0; same() && waitedMs < GONE_WITHIN_MS; waitedMs += 20) await sleep(20);
  rmSync(record, { force: true });
  return found;
}

/** SIGKILL to a sandbox and to whatever it started: each sandbox leads a process group of its own. */
export function killGroup(pid: number): void {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // Nobody of the group is left.
  }
}

/** What no other process shares: this boot of the machine, and the clock tick at which the process began (proc_pid_stat(5), field 22). */
function identity(pid: number): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name, field 2, may hold anything, even parentheses and spaces: the fields are counted from behind it.
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' ? undefined : `${boot} ${fields[18]}`;
  } catch {
    return undefined;
  }
}
