import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { sqliteTrouble } from '../../sqlite-trouble.ts';
import { asDiskFull } from './disk-full.ts';
import { groupCommits } from './group-commit.ts';
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
  readonly transaction: Transaction;
  /** As `transaction`, durable when it resolves; those that are asked for together wait for the disk together. */
  readonly soon: <T>(work: Work<T>) => Promise<T>;
  close(): void;
}

export type Transaction = <T>(work: Work<T>) => T;
type Work<T> = (afterCommit: (then: () => void) => void) => T;

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
    throw sqliteTrouble(
      error,
      file,
      'put it back from a copy, or move the folder away and begin with an empty one',
    );
  }
  const statements = new Map<string, StatementSync>();
  const prepare = (sql: string): StatementSync => {
    const known = statements.get(sql) ?? db.prepare(sql);
    statements.set(sql, known);
    return known;
  };
  const transaction: Transaction = (work) => {
    const after: (() => void)[] = [];
    db.exec('BEGIN IMMEDIATE');
    try {
      const result = work((then) => after.push(then));
      db.exec('COMMIT');
      for (const then of after) then();
      return result;
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK');
      throw asDiskFull(error);
    }
  };
  return {
    each: <Row>(sql: string, ...values: SQLInputValue[]) => prepare(sql).iterate(...values) as Iterable<Row>,
    one: <Row>(sql: string, ...values: SQLInputValue[]) => prepare(sql).get(...values) as Row | undefined,
    run: (sql, ...values) => Number(prepare(sql).run(...values).changes),
    transaction,
    soon: groupCommits({ transaction, run: (sql) => db.exec(sql), isOpen: () => db.isTransaction }),
    close: () => db.close(),
  };
}
