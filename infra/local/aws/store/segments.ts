import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from './database.ts';
import { type Place, printPlace, readPlace, segmentName } from './place.ts';
import { sizeOf, syncData, syncFolder, writeAt } from './write.ts';

/** Small contents, one behind the other in files that grow up to a size and are never changed: a group of puts costs one write. */
export interface Segments {
  /** Resolves with the content's name once it is on disk. Its segment stays, whatever is removed, until `settled`. */
  append(pieces: readonly Buffer[]): Promise<string>;
  /** A row holds what was appended, or none ever will. */
  settled(name: string): void;
  /** Within the transaction in which a row comes to hold it. */
  adopt(place: Place): void;
  /** Within the transaction in which no row holds it any more. */
  discard(place: Place): void;
  /** A descriptor for reading. */
  open(place: Place): number;
  pathOf(segment: number): string;
  /** Those of which rows hold less than half, and in which nothing is under way. Nothing more is appended to them. */
  sparse(): readonly number[];
  close(): void;
}

/** What one write takes. */
const GROUP_BYTES = 4 * 2 ** 20;

interface Growing {
  readonly id: number;
  readonly file: number;
  size: number;
}

interface Waiting {
  readonly pieces: readonly Buffer[];
  done(name: string): void;
  fail(error: unknown): void;
}

/**
 * A row comes to hold a place only after its bytes are on disk: what stands in a segment and in no row is nothing, and the next start
 * appends behind it. How much rows hold of a segment is counted in their own transactions.
 */
export function openSegments(folder: string, db: Database, fullBytes: number): Segments {
  const pathOf = (segment: number): string => join(folder, segmentName(segment));
  const underWay = new Set<string>();
  const waiting: Waiting[] = [];
  let growing: Growing | undefined;
  let isWriting = false;
  let isOpen = true;

  const letGo = (): void => {
    if (growing) closeSync(growing.file);
    growing = undefined;
  };
  const seal = ({ id, size }: Growing): void => {
    db.run('UPDATE segment SET size = ? WHERE id = ?', size, id);
    letGo();
  };
  const begin = (id: number): Growing => {
    const file = openSync(pathOf(id), constants.O_RDWR | constants.O_CREAT, 0o600);
    syncFolder(folder);
    growing = { id, file, size: fstatSync(file).size };
    return growing;
  };
  /** The one that grows, which may be that of the last start. */
  const resume = (): Growing | undefined => {
    const last = growing ? undefined : db.one<{ id: number }>(GROWING);
    return last ? begin(last.id) : growing;
  };
  const roomy = (): Growing => {
    const last = resume();
    if (last && last.size < fullBytes) return last;
    if (last) seal(last);
    return begin((db.one<{ id: number }>(ADD) ?? lost()).id);
  };
  const writeGroup = async (group: readonly Waiting[]): Promise<void> => {
    try {
      if (!isOpen) throw new Error('The store is closed');
      const segment = roomy();
      const { id, file, size } = segment;
      const all = group.flatMap(({ pieces }) => pieces);
      await writeAt(file, all, size);
      await syncData(file);
      for (const { pieces, done } of group) {
        const length = sizeOf(pieces);
        const name = printPlace({ segment: id, offset: segment.size, length });
        segment.size += length;
        underWay.add(name);
        done(name);
      }
    } catch (error) {
      for (const { fail } of group) fail(error);
    }
  };
  const writeAll = async (): Promise<void> => {
    isWriting = true;
    while (waiting.length > 0) await writeGroup(takeGroup(waiting));
    isWriting = false;
    if (!isOpen) letGo();
  };

  return {
    append: (pieces) =>
      new Promise((done, fail) => {
        waiting.push({ pieces: sizeOf(pieces) === 0 ? FILLING : pieces, done, fail });
        if (waiting.length === 1 && !isWriting) setImmediate(writeAll);
      }),
    settled: (name) => void underWay.delete(name),
    adopt: ({ segment, length }) => void db.run(COUNT, length, segment),
    discard: ({ segment, length }) => void db.run(COUNT, -length, segment),
    open: ({ segment }) => openSync(pathOf(segment), 'r'),
    pathOf,
    sparse() {
      const last = isWriting ? undefined : resume();
      if (last && isSparse(db, last)) seal(last);
      const busy = new Set([...underWay].map((name) => readPlace(name)?.segment));
      return [...db.each<{ id: number }>(SPARSE)].map(({ id }) => id).filter((id) => !busy.has(id));
    },
    close() {
      isOpen = false;
      if (!isWriting) letGo();
    },
  };
}

const GROWING = 'SELECT id FROM segment WHERE size = 0';
const ADD = 'INSERT INTO segment (live, size) VALUES (0, 0) RETURNING id';
const COUNT = 'UPDATE segment SET live = live + ? WHERE id = ?';
const SPARSE = 'SELECT id FROM segment WHERE live * 2 < size';

function isSparse(db: Database, { id, size }: Growing): boolean {
  return db.one('SELECT 1 FROM segment WHERE id = ? AND live * 2 < ?', id, size) !== undefined;
}

/** Stands for an empty content, so that no two have one name. */
const FILLING = [Buffer.alloc(1)];

function takeGroup(waiting: Waiting[]): readonly Waiting[] {
  let size = 0;
  const rest = waiting.findIndex(({ pieces }) => {
    size += sizeOf(pieces);
    return size > GROUP_BYTES;
  });
  return waiting.splice(0, rest < 0 ? waiting.length : Math.max(rest, 1));
}

function lost(): never {
  throw new Error('The store has lost its segments');
}
