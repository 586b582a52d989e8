import { closeSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import {
  type ContentOptions,
  type Contents,
  openContents,
} from '../../../../../infra/local/aws/store/contents.ts';
import { type Database, openDatabase } from '../../../../../infra/local/aws/store/database.ts';

/** Contents and the rows that hold them, without the S3 above. */
export interface KeptContents {
  readonly db: Database;
  readonly contents: Contents;
  stage(bytes: Buffer): Promise<string>;
  /** Stores under a key; resolves when it is acknowledged. */
  put(key: string, bytes: Buffer): Promise<void>;
  remove(key: string): Promise<void>;
  nameOf(key: string): string;
  keys(): readonly string[];
  read(key: string): Buffer;
  close(): void;
}

/** So small that a test fills many, and collected at once. */
const SMALL: ContentOptions = { segmentBytes: 64 * 2 ** 10, collectAfterMs: 1 };
const ROW = "INSERT INTO version VALUES (?, 'bucket', ?, 'null', 1, 0, ?, ?, '', 0, '{}')";
const FIND = "SELECT * FROM version WHERE bucket = 'bucket' AND key = ?";

export function openKept(home: string, options: ContentOptions = SMALL): KeptContents {
  const db = openDatabase(home);
  let files = 0;
  const newName = (): string => `${process.pid}-${performance.now()}-${files++}`;
  const contents = openContents(home, db, newName, options);
  db.run("INSERT OR IGNORE INTO bucket VALUES ('bucket', 0, '')");
  const stage = (bytes: Buffer): Promise<string> => contents.stage(pieces(bytes));
  const rowOf = (key: string) => db.one<{ seq: number; content: string; size: number }>(FIND, key);
  const drop = (key: string): void => {
    const row = rowOf(key);
    if (row === undefined) return;
    contents.discard(row.content);
    db.run('DELETE FROM version WHERE seq = ?', row.seq);
  };
  return {
    db,
    contents,
    stage,
    async put(key, bytes) {
      const name = await stage(bytes);
      await db.soon((afterCommit) => {
        contents.adopt(name, afterCommit);
        drop(key);
        const next = db.one<{ seq: number }>('UPDATE sequence SET value = value + 1 RETURNING value AS seq');
        db.run(ROW, next?.seq ?? 0, key, name, bytes.length);
      });
    },
    remove: (key) => db.soon(() => drop(key)),
    nameOf: (key) => rowOf(key)?.content ?? '',
    keys: () => [...db.each<{ key: string }>('SELECT key FROM version ORDER BY key')].map(({ key }) => key),
    read(key) {
      const { content, size } = rowOf(key) ?? { content: '', size: 0 };
      const { descriptor, start } = contents.open(content);
      const bytes = Buffer.alloc(size);
      readSync(descriptor, bytes, 0, size, start);
      closeSync(descriptor);
      return bytes;
    },
    close() {
      contents.close();
      db.close();
    },
  };
}

async function* pieces(bytes: Buffer): AsyncGenerator<Buffer> {
  const middle = bytes.length >> 1;
  yield bytes.subarray(0, middle);
  yield bytes.subarray(middle);
}

/** Another for each number, which it begins with if it is long enough. */
export function numberedContent(number: number, size: number): Buffer {
  const bytes = Buffer.alloc(size, `content ${number} `);
  if (size >= 4) bytes.writeUInt32LE(number);
  return bytes;
}

/** Always the same for a number: up to 6 KB. */
export function sizeOfNumbered(number: number): number {
  return 4 + ((number * 2654435761) % 6000);
}

/** So many by their numbers, which are keys of three digits. */
export function numbered<T>(count: number, one: (i: number) => T): Map<string, T> {
  return new Map(Array.from({ length: count }, (_, i) => [String(i).padStart(3, '0'), one(i)]));
}

export async function putAll({ put }: KeptContents, all: ReadonlyMap<string, Buffer>): Promise<void> {
  await Promise.all([...all].map(([key, bytes]) => put(key, bytes)));
}

/** The files that small contents share. */
export function segmentsIn(home: string): string[] {
  return readdirSync(join(home, 'objects', 'segments')).toSorted();
}

/** Waits up to 5 s, and fails then. */
export async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 250 && !holds(); i++) await sleep(20);
  if (!holds()) throw new Error('It did not come to hold within 5 s');
}
