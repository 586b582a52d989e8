import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { SCHEMA } from './schema.ts';

export interface Database {
  /** The rows, lazily: break out early, and change nothing meanwhile. The type is the caller's knowledge of its own STRICT tables. */
  each<Row>(sql: string, ...values: SQLInputValue[]): Iterable<Row>;
  one<Row>(sql: string, ...values: SQLInputValue[]): Row | undefined;
  /** Runs a statement; returns how many rows it changed. */
  run(sql: string, ...values: SQLInputValue[]): number;
  /**
   * All or nothing, durable when it returns. `work` may not wait. What it hands to `afterCommit` runs once the change is on disk.
   */
  transaction<T>(work: (afterCommit: (then: () => void) => void) => T): T;
  close(): void;
}

/**
 * Opens `store.db` in `home` for this process alone: a second one fails at once instead of sweeping away what the first is writing.
 * A commit is on disk when it returns (WAL, synchronous=FULL).
 */
export function openDatabase(home: string): Database {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const file = join(home, 'store.db');
  closeSync(openSync(file, 'a', 0o600));
  const db = new DatabaseSync(file);
  try {
    db.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
    db.exec(`BEGIN IMMEDIATE; ${SCHEMA} COMMIT;`);
  } catch (error) {
    db.close();
    throw new Error(`${file} cannot be opened: is another Darkroom running on it?`, { cause: error });
  }
  const statements = new Map<string, StatementSync>();
  const prepare = (sql: string): StatementSync => {
    const known = statements.get(sql) ?? db.prepare(sql);
    statements.set(sql, known);
    return known;
  };
  return {
    each: <Row>(sql: string, ...values: SQLInputValue[]) => prepare(sql).iterate(...values) as Iterable<Row>,
    one: <Row>(sql: string, ...values: SQLInputValue[]) => prepare(sql).get(...values) as Row | undefined,
    run: (sql, ...values) => Number(prepare(sql).run(...values).changes),
    transaction(work) {
      const after: (() => void)[] = [];
      db.exec('BEGIN IMMEDIATE');
      try {
        const result = work((then) => after.push(then));
        db.exec('COMMIT');
        for (const then of after) then();
        return result;
      } catch (error) {
        if (db.isTransaction) db.exec('ROLLBACK');
        throw error;
      }
    },
    close: () => db.close(),
  };
}
