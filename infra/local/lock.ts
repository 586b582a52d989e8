import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { sqliteTrouble } from './sqlite-trouble.ts';

/**
 * Holds the state folder for this process alone until the returned function is called or the process dies, however it dies: the
 * lock is the operating system's, through SQLite. Throws an Error of one line that says why it cannot.
 */
export function lockHome(home: string): () => Promise<void> {
  const file = join(home, 'lock.db');
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { timeout: 0 });
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database?.close();
    throw sqliteTrouble(error, file, 'remove it, it holds nothing but the lock');
  }
  return async () => database.close();
}
