import { rm } from 'node:fs/promises';
import { compact } from './compact.ts';
import type { ContentFiles } from './content-files.ts';
import type { Database } from './database.ts';
import { readPlace } from './place.ts';
import type { Segments } from './segments.ts';

export interface Collector {
  /** Something is to go. */
  wake(): void;
  close(): void;
}

export interface CollectorOptions {
  readonly db: Database;
  readonly files: ContentFiles;
  readonly segments: Segments;
  /** Names of contents that somebody reads. */
  readonly held: () => ReadonlySet<string>;
  readonly afterMs: number;
}

/**
 * Removes what no row holds, at the start and some time after each removal. What fails to go, as on a failing disk, stays listed, and
 * goes with the next collection or at the next start.
 */
export function openCollector({ db, files, segments, held, afterMs }: CollectorOptions): Collector {
  let timer: NodeJS.Timeout | undefined;
  let isRunning = false;
  let isOpen = true;

  const collectFiles = async (): Promise<void> => {
    const reading = held();
    const listed = [...db.each<{ content: string }>('SELECT content FROM garbage')];
    const names = listed.map(({ content }) => content).filter((name) => !reading.has(name));
    await Promise.all(names.map(files.remove));
    if (!isOpen || names.length === 0) return;
    db.transaction(() => {
      for (const name of names) db.run('DELETE FROM garbage WHERE content = ?', name);
    });
  };
  const collectSegment = async (id: number): Promise<void> => {
    await compact({ db, segments }, id);
    // Who began to read before it moved may still have to open it.
    if (!isOpen || [...held()].some((name) => readPlace(name)?.segment === id)) return;
    await rm(segments.pathOf(id), { force: true });
    if (isOpen) db.run('DELETE FROM segment WHERE id = ?', id);
  };
  const collect = async (): Promise<void> => {
    await collectFiles();
    const sparse = isOpen ? segments.sparse() : [];
    for (const segment of sparse) if (isOpen) await collectSegment(segment).catch(() => undefined);
  };
  const run = async (): Promise<void> => {
    timer = undefined;
    if (isRunning) return wake();
    isRunning = true;
    await collect().catch(() => undefined);
    isRunning = false;
  };
  const wake = (): void => {
    timer ??= setTimeout(run, afterMs).unref();
  };
  run();
  return {
    wake,
    close() {
      isOpen = false;
      clearTimeout(timer);
    },
  };
}
