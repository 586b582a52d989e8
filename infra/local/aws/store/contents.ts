import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openCollector } from './collector.ts';
import { openContentFiles } from './content-files.ts';
import type { Database } from './database.ts';
import { asDiskFull } from './disk-full.ts';
import { roomIn } from './disk-room.ts';
import { readPlace } from './place.ts';
import { openSegments } from './segments.ts';
import { take } from './write.ts';

/** The bytes of versions and parts, written once and never changed: small ones share files, each large one has a file of its own. */
export interface Contents {
  /** Writes to disk and waits until it is there. The name means nothing until a row holds it: see `adopt`. */
  stage(content: AsyncIterable<Buffer>): Promise<string>;
  /** Within the transaction of the row that comes to hold it. */
  adopt(name: string, afterCommit: (then: () => void) => void): void;
  /** Ends a staged content, unless a row does hold it. */
  drop(name: string): void;
  /** For reading; opened before anything else can happen, so that no later removal tears the read. */
  open(name: string): StoredContent;
  /** Keeps these from being removed, discarded or not, until the returned function is called. */
  hold(names: readonly string[]): () => void;
  /** Within a transaction: no row holds this content any more. Its bytes go some time after the commit. */
  discard(name: string): void;
  close(): void;
}

export interface StoredContent {
  readonly descriptor: number;
  /** Where the content begins in the file. */
  readonly start: number;
}

/** What is small: it is kept in memory until it is whole. */
const SMALL_BYTES = 2 ** 18;
/** Half of it is copied at most to compact one: less than what a full disk keeps in reserve. */
const SEGMENT_BYTES = 16 * 2 ** 20;
const COLLECT_AFTER_MS = 500;

export interface ContentOptions {
  /** When a segment is full. @default 16 MiB */
  readonly segmentBytes?: number;
  /** How long removed content may lie before its bytes go: removing in batches costs one commit for many. @default 500 */
  readonly collectAfterMs?: number;
}

export function openContents(
  home: string,
  db: Database,
  newName: () => string,
  { segmentBytes = SEGMENT_BYTES, collectAfterMs = COLLECT_AFTER_MS }: ContentOptions = {},
): Contents {
  const folder = join(home, 'objects');
  const segmentFolder = join(folder, 'segments');
  mkdirSync(segmentFolder, { recursive: true, mode: 0o700 });
  const files = openContentFiles(folder, db);
  const segments = openSegments(segmentFolder, db, segmentBytes);
  const holds = new Set<readonly string[]>();
  const held = (): ReadonlySet<string> => new Set([...holds].flat());
  const collector = openCollector({ db, files, segments, held, afterMs: collectAfterMs });
  const roomIsLeft = roomIn(folder);

  const write = async (pieces: AsyncIterator<Buffer>): Promise<string> => {
    const beginning = await take(pieces, SMALL_BYTES);
    if (beginning.isAll) return segments.append(beginning.pieces);
    const name = newName();
    await files.write(name, beginning, pieces);
    return name;
  };
  return {
    async stage(content) {
      const pieces = content[Symbol.asyncIterator]();
      try {
        await roomIsLeft();
        return await write(pieces);
      } catch (error) {
        throw asDiskFull(error);
      } finally {
        await pieces.return?.();
      }
    },
    adopt(name, afterCommit) {
      const place = readPlace(name);
      if (place === undefined) return afterCommit(() => files.adopt(name));
      segments.adopt(place);
      afterCommit(() => segments.settled(name));
    },
    drop(name) {
      if (readPlace(name) === undefined) files.drop(name);
      else segments.settled(name);
    },
    open(name) {
      const place = readPlace(name);
      if (place === undefined) return { descriptor: files.open(name), start: 0 };
      return { descriptor: segments.open(place), start: place.offset };
    },
    hold(names) {
      holds.add(names);
      return () => {
        holds.delete(names);
        collector.wake();
      };
    },
    discard(name) {
      const place = readPlace(name);
      if (place === undefined) db.run('INSERT INTO garbage VALUES (?)', name);
      else segments.discard(place);
      collector.wake();
    },
    close() {
      collector.close();
      segments.close();
      files.close();
    },
  };
}
