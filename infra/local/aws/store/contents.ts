import {
  closeSync,
  existsSync,
  fsync,
  mkdirSync,
  open as openFile,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { type FileHandle, open, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Database } from './database.ts';
import { asDiskFull } from './disk-full.ts';

/** The bytes of versions and parts: one file each, under a random name, written once and never changed. */
export interface Contents {
  /** Writes to disk and waits until it is there. The name means nothing until a row holds it: see `adopt`. */
  stage(content: AsyncIterable<Buffer>): Promise<string>;
  /** After the commit of the row that holds it. */
  adopt(name: string): void;
  /** Ends a staged content, unless a row does hold it. */
  drop(name: string): void;
  /** A descriptor for reading; opened before anything else can happen, so that no later removal tears the read. */
  open(name: string): number;
  /** Keeps these from being removed, discarded or not, until the returned function is called. */
  hold(names: readonly string[]): () => void;
  /** Within a transaction: no row holds this content any more. It is removed some time after the commit. */
  discard(name: string): void;
  close(): void;
}

/** How long removed content may lie before the files go: removing in batches costs one commit for many. */
const COLLECT_AFTER_MS = 500;

/**
 * New content is written to `incoming/` and moves on after the commit of its row, and what is to go is listed in a table first. So a
 * start after a crash looks at what was under way and at nothing else, however much is stored.
 */
export function openContents(home: string, db: Database, newName: () => string): Contents {
  const folder = join(home, 'objects');
  const incoming = join(folder, 'incoming');
  for (const path of [folder, incoming, ...shards().map((shard) => join(folder, shard))]) {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  }
  const settled = (name: string): string => join(folder, name.slice(0, 2), name);
  const adopt = (name: string): void => renameSync(join(incoming, name), settled(name));

  const holds: (readonly string[])[] = [];
  const unheld = (): string[] => {
    const held = new Set(holds.flat());
    const listed = [...db.each<{ content: string }>('SELECT content FROM garbage')];
    return listed.map(({ content }) => content).filter((name) => !held.has(name));
  };
  const forget = (names: readonly string[]): void =>
    db.transaction(() => {
      for (const name of names) db.run('DELETE FROM garbage WHERE content = ?', name);
    });
  const rows = ['version', 'part', 'piece'].map((table) => `SELECT 1 FROM ${table} WHERE content = ?`);
  const isHeld = (name: string): boolean => db.one(rows.join(' UNION '), name, name, name) !== undefined;
  const drop = (name: string): void => {
    if (!isHeld(name)) rmSync(join(incoming, name), { force: true });
  };

  for (const name of readdirSync(incoming)) (isHeld(name) ? adopt : drop)(name);
  let timer: NodeJS.Timeout | undefined;
  let isOpen = true;
  /** What fails to go, as on a failing disk, stays listed, and goes with the next collection or at the next start. */
  const collect = async (): Promise<void> => {
    const names = unheld();
    await Promise.all(names.map((name) => rm(settled(name), { force: true })));
    if (isOpen && names.length > 0) forget(names);
  };
  const collectLater = (): void => {
    timer = undefined;
    collect().catch(() => {});
  };
  collectLater();
  const directory = openSync(incoming, 'r');
  const syncDirectory = shared(() => sync(directory));
  const roomIsLeft = seldom(() => checkRoom(folder));

  return {
    async stage(content) {
      const name = newName();
      try {
        await roomIsLeft();
        await writeDurably(join(incoming, name), content);
        await syncDirectory();
        return name;
      } catch (error) {
        drop(name);
        throw asDiskFull(error);
      }
    },
    adopt,
    drop,
    open: (name) => openSync(existsSync(settled(name)) ? settled(name) : join(incoming, name), 'r'),
    hold(names) {
      holds.push(names);
      return () => void holds.splice(holds.indexOf(names), 1);
    },
    discard(name) {
      db.run('INSERT INTO garbage VALUES (?)', name);
      timer ??= setTimeout(collectLater, COLLECT_AFTER_MS).unref();
    },
    close() {
      isOpen = false;
      clearTimeout(timer);
      closeSync(directory);
    },
  };
}

/** What no content may take: the database's log (4 MB until it is folded in) and its growth, so that a full disk can still be emptied. */
const RESERVED_BYTES = 16 * 2 ** 20;

/** A check that counts for all who ask within a moment, in which the reserve cannot be used up. */
function seldom(check: () => Promise<void>): () => Promise<void> {
  let last: { readonly result: Promise<void>; readonly untilMs: number } | undefined;
  return () => {
    if (last === undefined || last.untilMs < performance.now()) {
      last = { result: check(), untilMs: performance.now() + ROOM_COUNTS_MS };
    }
    return last.result;
  };
}

/** 16 MiB take longer on any disk that is synced. */
const ROOM_COUNTS_MS = 20;

/** Throws what a full disk would. */
async function checkRoom(folder: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < RESERVED_BYTES) throw Object.assign(new Error('no room is left'), { code: 'ENOSPC' });
}

const sync = promisify(fsync);
const openAt = promisify<string, string, number, number>(openFile);

/** A run that begins after the call, as one for all who call before it begins. */
function shared(run: () => Promise<void>): () => Promise<void> {
  let last = Promise.resolve();
  let next: Promise<void> | undefined;
  const begin = (): Promise<void> => {
    next = undefined;
    last = run();
    return last;
  };
  return () => {
    next ??= last.then(begin, begin);
    return next;
  };
}

/** So many bytes are kept until there are no more: written at once they cost one trip to the disk instead of four. */
const SMALL_BYTES = 2 ** 18;
/** What one write takes of what is larger. */
const BATCH_BYTES = 2 ** 20;

async function writeDurably(path: string, content: AsyncIterable<Buffer>): Promise<void> {
  const pieces = content[Symbol.asyncIterator]();
  const beginning = await take(pieces, SMALL_BYTES);
  if (beginning.isAll) return writeSmall(path, Buffer.concat(beginning.pieces));
  const file = await open(path, 'wx', 0o600);
  try {
    await writeBatches(file, beginning.pieces, pieces);
    await file.sync();
  } finally {
    await file.close();
    await pieces.return?.();
  }
}

/** While one batch is on its way to the disk, the next one is taken in, and summed by who gives it. */
async function writeBatches(
  file: FileHandle,
  beginning: readonly Buffer[],
  rest: AsyncIterator<Buffer>,
): Promise<void> {
  let writing = writeAll(file, beginning);
  for (;;) {
    writing.catch(() => undefined);
    const { pieces } = await take(rest, BATCH_BYTES);
    await writing;
    if (pieces.length === 0) return;
    writing = writeAll(file, pieces);
  }
}

/** The next pieces, more than `max` bytes unless they are all. */
async function take(
  from: AsyncIterator<Buffer>,
  max: number,
): Promise<{ readonly pieces: readonly Buffer[]; readonly isAll: boolean }> {
  const pieces: Buffer[] = [];
  for (let size = 0; size <= max; ) {
    const next = await from.next();
    if (next.done) return { pieces, isAll: true };
    pieces.push(next.value);
    size += next.value.length;
  }
  return { pieces, isAll: false };
}

/**
 * The page cache takes so little as fast as a thread could be woken for it. To make a file may have to wait for the disk, as its sync
 * does.
 */
async function writeSmall(path: string, bytes: Buffer): Promise<void> {
  const file = await openAt(path, 'wx', 0o600);
  try {
    for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
    await sync(file);
  } finally {
    closeSync(file);
  }
}

/** A short write is no error to the system; a full disk shows at the next one. */
async function writeAll(file: FileHandle, pieces: readonly Buffer[]): Promise<void> {
  let done = (await file.writev(pieces)).bytesWritten;
  const size = pieces.reduce((sum, { length }) => sum + length, 0);
  if (done === size) return;
  const whole = Buffer.concat(pieces);
  while (done < size) done += (await file.write(whole, done)).bytesWritten;
}

function shards(): string[] {
  return Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'));
}
