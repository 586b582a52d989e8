import type { Database } from '../store/database.ts';

export interface NewEvent {
  readonly source: string;
  readonly detailType: string;
  readonly detail: object;
  readonly bus: string;
  readonly resources: readonly string[];
  /** Milliseconds since 1970. @default now */
  readonly timeMs?: number;
}

/** The events that were put, the newest 10,000 of them, up to 64 MiB. */
export interface EventLog {
  /** On disk when it returns. Returns an id for each. */
  append(events: readonly NewEvent[]): readonly string[];
  /** From the oldest to the newest, as EventBridge would hand them to a target, with the name of the bus besides. */
  all(): Iterable<string>;
}

export interface EventLogOptions {
  readonly db: Database;
  readonly region: string;
  readonly accountId: string;
  readonly now: () => number;
  readonly newId: () => string;
}

/** Weeks of a busy desk, and no more than a person can look through. */
const MAX_EVENTS = 10_000;
const MAX_BYTES = 64 * 2 ** 20;

export function openEventLog({ db, region, accountId, now, newId }: EventLogOptions): EventLog {
  return {
    append(events) {
      return db.transaction(() => {
        const ids = events.map((event) => {
          const id = newId().replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
          const document = JSON.stringify(asDocument(id, event));
          db.run('INSERT INTO event (bytes, document) VALUES (?, ?)', Buffer.byteLength(document), document);
          return id;
        });
        db.run(FORGET, MAX_EVENTS, MAX_BYTES);
        return ids;
      });
    },
    *all() {
      for (const { document } of [...db.each<{ document: string }>('SELECT document FROM event ORDER BY id')])
        yield document;
    },
  };

  /** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html */
  function asDocument(
    id: string,
    { detailType, source, timeMs = now(), resources, detail, bus }: NewEvent,
  ): unknown {
    const time = new Date(timeMs).toISOString().replace(/\.\d+/, '');
    const head = { version: '0', id, 'detail-type': detailType, source, account: accountId, time, region };
    return { ...head, resources, detail, bus };
  }
}

const FORGET = `DELETE FROM event WHERE id <= (SELECT max(id) FROM (
  SELECT id, row_number() OVER newest AS place, sum(bytes) OVER newest AS total
  FROM event WINDOW newest AS (ORDER BY id DESC)) WHERE place > ? OR total > ?)`;
