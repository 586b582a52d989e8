import { closeSync, existsSync, fsync, mkdirSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Database } from './database.ts';
import { type Beginning, writeFile } from './write.ts';

/** Contents that have a file each, under a random name. */
export interface ContentFiles {
  /** Resolves once the content is on disk under this name, which means nothing until a row holds it. */
  write(name: string, beginning: Beginning, rest: AsyncIterator<Buffer>): Promise<void>;
  /** After the commit of the row that holds it. */
  adopt(name: string): void;
  /** Ends a content, unless a row does hold it. */
  drop(name: string): void;
  /** A descriptor for reading. */
  open(name: string): number;
  remove(name: string): Promise<void>;
  close(): void;
}

/** New content is written to `incoming/` and moves on after the commit of its row: a start looks there alone for what a crash left. */
export function openContentFiles(folder: string, db: Database): ContentFiles {
  const incoming = join(folder, 'incoming');
  mkdirSync(incoming, { recursive: true, mode: 0o700 });
  const settled = (name: string): string => join(folder, name.slice(0, 2), name);
  const adopt = (name: string): void => {
    mkdirSync(dirname(settled(name)), { recursive: true, mode: 0o700 });
    renameSync(join(incoming, name), settled(name));
  };
  const rows = ['version', 'part', 'piece'].map((table) => `SELECT 1 FROM ${table} WHERE content = ?`);
  const isHeld = (name: string): boolean => db.one(rows.join(' UNION '), name, name, name) !== undefined;
  const drop = (name: string): void => {
    if (!isHeld(name)) rmSync(join(incoming, name), { force: true });
  };
  for (const name of readdirSync(incoming)) (isHeld(name) ? adopt : drop)(name);
  const directory = openSync(incoming, 'r');
  const syncDirectory = shared(() => sync(directory));
  return {
    async write(name, beginning, rest) {
      try {
        await writeFile(join(incoming, name), beginning, rest);
        await syncDirectory();
      } catch (error) {
        drop(name);
        throw error;
      }
    },
    adopt,
    drop,
    open: (name) => openSync(existsSync(settled(name)) ? settled(name) : join(incoming, name), 'r'),
    remove: (name) => rm(settled(name), { force: true }),
    close: () => closeSync(directory),
  };
}

const sync = promisify(fsync);

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
