import { closeSync, openSync, read } from 'node:fs';
import { promisify } from 'node:util';
import type { Database } from './database.ts';
import { namesWithin, type Place, readPlace } from './place.ts';
import type { Segments } from './segments.ts';

interface Store {
  readonly db: Database;
  readonly segments: Segments;
}

/** Where a row may hold a content; one row holds it. */
const TABLES = ['version', 'part', 'piece'] as const;

/**
 * Moves what rows hold of a full segment to the one that grows. A copy is on disk before its row moves, and a row moves together with
 * the counts: whenever this is killed, each row holds bytes that are whole. A copy of what was removed meanwhile is held by nobody.
 */
export async function compact(store: Store, segment: number): Promise<void> {
  for (let held = heldBy(store, segment); held.length > 0; held = heldBy(store, segment)) {
    const file = openSync(store.segments.pathOf(segment), 'r');
    try {
      await move(store, file, held);
    } finally {
      closeSync(file);
    }
  }
}

/** What is copied at a time: less than what a put may have to wait behind it for. */
const TURN_BYTES = 2 ** 20;
const TURN_CONTENTS = 200;

interface Held extends Place {
  readonly name: string;
}

/** Some of the contents that rows hold, in the order in which they lie. */
function heldBy({ db }: Store, segment: number): readonly Held[] {
  const within = namesWithin(segment);
  const each = TABLES.map((table) => `SELECT content FROM ${table} WHERE content >= ? AND content < ?`);
  const sql = `${each.join(' UNION ALL ')} ORDER BY content LIMIT ${TURN_CONTENTS}`;
  const rows = [...db.each<{ content: string }>(sql, ...TABLES.flatMap(() => within))];
  let bytes = 0;
  return rows.flatMap(({ content: name }) => {
    const place = readPlace(name);
    if (place === undefined || bytes >= TURN_BYTES) return [];
    bytes += place.length;
    return { name, ...place };
  });
}

async function move({ db, segments }: Store, file: number, held: readonly Held[]): Promise<void> {
  const copies = await Promise.all(
    held.map(async (from) => ({ from, to: await segments.append([await readAll(file, from)]) })),
  );
  try {
    await db.soon(() => {
      for (const { from, to } of copies) {
        const place = readPlace(to);
        if (place === undefined || !rename(db, from.name, to)) continue;
        segments.discard(from);
        segments.adopt(place);
      }
    });
  } finally {
    for (const { to } of copies) segments.settled(to);
  }
}

/** Within a transaction. Whether a row still held it. */
function rename(db: Database, from: string, to: string): boolean {
  return TABLES.some((table) => db.run(`UPDATE ${table} SET content = ? WHERE content = ?`, to, from) > 0);
}

const readAt = promisify(read);

async function readAll(file: number, { offset, length }: Place): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  const { bytesRead } = await readAt(file, bytes, 0, length, offset);
  if (bytesRead === length) return bytes;
  throw new Error(`A segment ends ${length - bytesRead} bytes before the end of a content`);
}
