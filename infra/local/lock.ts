import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/**
 * Holds the state folder for this process alone until the returned function is called or the process dies, however it dies: the
 * lock is the operating system's, through SQLite. Throws an Error when another process holds it.
 */
export function lockHome(home: string): () => Promise<void> {
  const database = new DatabaseSync(join(home, 'lock.db'), { timeout: 0 });
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    throw new Error(
      `Darkroom runs already on ${home}: end that one, or choose another folder with DARKROOM_HOME=…`,
      { cause: error },
    );
  }
  return async () => database.close();
}
