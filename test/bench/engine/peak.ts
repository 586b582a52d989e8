import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { median } from '../pairs.ts';
import { jpeg } from './inputs.ts';

/** Peak RSS in MB of a fresh process, set up as the function is, that runs pipeline `default` over a 48 MP JPEG: the median of some. */
export async function peakMb(runs: number): Promise<number> {
  await jpeg(48);
  const peaks: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const child = [join(import.meta.dirname, 'peak-child.ts')];
    const { stdout } = await promisify(execFile)(process.execPath, child, {
      env: { ...process.env, MALLOC_ARENA_MAX: '2' },
    });
    peaks.push(Number(stdout));
  }
  return median(peaks);
}
