import { readFileSync } from 'node:fs';

/**
 * MB that a sandbox may be resident with beyond its `memoryMb`. Lambda counts what its container uses; the resident size also
 * holds the pages of node itself, about 45 MB, which all processes of this machine share.
 */
export const MEMORY_ALLOWANCE_MB = 64;

const INTERVAL_MS = 250;

/**
 * Looks every 250 ms at how much memory process `pid` holds, and calls `onOver` once with its MB when that passes `limitMb`.
 * Where there is no `/proc`, only node's own heap limit holds. Returns the function that ends the watch.
 */
export function watchMemory(
  pid: number | undefined,
  limitMb: number,
  onOver: (residentMb: number) => void,
): () => void {
  const timer = setInterval(() => {
    const residentMb = readResidentMb(pid);
    if (residentMb <= limitMb) return;
    clearInterval(timer);
    onOver(residentMb);
  }, INTERVAL_MS);
  return () => clearInterval(timer);
}

/** `status`, as `statm` counts in pages, whose size differs between machines. */
function readResidentMb(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}
