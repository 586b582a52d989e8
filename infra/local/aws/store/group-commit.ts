import type { Transaction } from './database.ts';
import { asDiskFull } from './disk-full.ts';

/** What a transaction is made of. */
interface Statements {
  readonly transaction: Transaction;
  run(sql: string): void;
  /** Whether one is open still: on a full disk SQLite may have ended it by itself. */
  isOpen(): boolean;
}

interface Member {
  /** Does the work within the common transaction. Returns what is to happen behind its commit. */
  begin(): () => void;
  reject(error: unknown): void;
}

/**
 * Transactions that are asked for at about the same time become one, so that they wait for the disk once. Each is all or nothing by
 * itself, and none is told as done before the commit of all is on disk.
 */
export function groupCommits({ transaction, run, isOpen }: Statements) {
  let waiting: Member[] = [];
  const commit = (): void => {
    const members = waiting;
    waiting = [];
    try {
      const ends = transaction(() => members.map(({ begin }) => begin()));
      for (const end of ends) end();
    } catch (error) {
      for (const { reject } of members) reject(error);
    }
  };

  return <T>(work: Parameters<typeof transaction<T>>[0]): Promise<T> =>
    new Promise((resolve, reject) => {
      const begin = (): (() => void) => {
        const after: (() => void)[] = [];
        run('SAVEPOINT member');
        try {
          const result = work((then) => after.push(then));
          run('RELEASE member');
          return () => settleWith(after, () => resolve(result), reject);
        } catch (error) {
          if (!isOpen()) throw error;
          run('ROLLBACK TO member');
          run('RELEASE member');
          return () => reject(asDiskFull(error));
        }
      };
      if (waiting.length === 0) setImmediate(commit);
      waiting.push({ begin, reject });
    });
}

function settleWith(
  after: readonly (() => void)[],
  done: () => void,
  reject: (error: unknown) => void,
): void {
  try {
    for (const then of after) then();
    done();
  } catch (error) {
    reject(error);
  }
}
