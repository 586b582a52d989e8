import { closeSync, fdatasync, fsyncSync, openSync, writev } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { promisify } from 'node:util';

/** The beginning of a stream, and what is left of it. */
export interface Beginning {
  readonly pieces: readonly Buffer[];
  readonly isAll: boolean;
}

/** The next pieces, more than `max` bytes unless they are all. */
export async function take(from: AsyncIterator<Buffer>, max: number): Promise<Beginning> {
  const pieces: Buffer[] = [];
  for (let size = 0; size <= max; ) {
    const next = await from.next();
    if (next.done) return { pieces, isAll: true };
    pieces.push(next.value);
    size += next.value.length;
  }
  return { pieces, isAll: false };
}

/** What one write takes. */
const BATCH_BYTES = 2 ** 20;

/** Writes a new file, which is on disk when this resolves, though not yet its name. */
export async function writeFile(
  path: string,
  { pieces: beginning }: Beginning,
  rest: AsyncIterator<Buffer>,
): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await writeBatches(file, beginning, rest);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** While one batch is on its way to the disk, the next one is taken in, and summed by who gives it. */
async function writeBatches(
  { fd }: FileHandle,
  beginning: readonly Buffer[],
  rest: AsyncIterator<Buffer>,
): Promise<void> {
  let writing = writeAt(fd, beginning, 0);
  for (let at = sizeOf(beginning); ; ) {
    writing.catch(() => undefined);
    const { pieces } = await take(rest, BATCH_BYTES);
    await writing;
    if (pieces.length === 0) return;
    writing = writeAt(fd, pieces, at);
    at += sizeOf(pieces);
  }
}

const writeSome = promisify(writev);

/** A short write is no error to the system; a full disk shows at the next one. */
export async function writeAt(file: number, pieces: readonly Buffer[], position: number): Promise<void> {
  let { bytesWritten: done } = await writeSome(file, pieces, position);
  const size = sizeOf(pieces);
  if (done === size) return;
  const whole = Buffer.concat(pieces);
  while (done < size) done += (await writeSome(file, [whole.subarray(done)], position + done)).bytesWritten;
}

/** Waits until the bytes of an open file are on disk. */
export const syncData = promisify(fdatasync);

/** Waits until a new file of this folder has its name for good. */
export function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

export function sizeOf(pieces: readonly Buffer[]): number {
  return pieces.reduce((sum, { length }) => sum + length, 0);
}
