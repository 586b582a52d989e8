import { statfs } from 'node:fs/promises';

/**
 * What no content may take: the database's log (4 MB until it is folded in) and its growth, and the copies by which segments are
 * compacted, so that a full disk can still be emptied.
 */
const RESERVED_BYTES = 32 * 2 ** 20;

/** So much takes longer on any disk that is synced. */
const ROOM_COUNTS_MS = 20;

/** A check for room in a folder, which throws what a full disk would. It counts for all who ask within a moment. */
export function roomIn(folder: string): () => Promise<void> {
  let last: { readonly result: Promise<void>; readonly untilMs: number } | undefined;
  return () => {
    if (last === undefined || last.untilMs < performance.now()) {
      last = { result: checkRoom(folder), untilMs: performance.now() + ROOM_COUNTS_MS };
    }
    return last.result;
  };
}

async function checkRoom(folder: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < RESERVED_BYTES) throw Object.assign(new Error('no room is left'), { code: 'ENOSPC' });
}
