import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../../../../infra/local/aws/store/database.ts';

let home: string;
let db: Database;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'darkroom-group-'));
  db = openDatabase(home);
});
afterEach(() => {
  db.close();
  rmSync(home, { recursive: true });
});

const add = (name: string) => db.run('INSERT INTO garbage VALUES (?)', name);
const names = () =>
  [...db.each<{ content: string }>('SELECT content FROM garbage')].map((row) => row.content);

describe('transactions that are asked for together', () => {
  it('are on disk when they resolve, and tell what each returned', async () => {
    expect(await Promise.all(['a', 'b', 'c'].map((name) => db.soon(() => add(name))))).toEqual([1, 1, 1]);
    expect(names()).toEqual(['a', 'b', 'c']);
  });

  it('fail each for itself, and leave nothing of what failed', async () => {
    const bad = db.soon(() => {
      add('bad');
      throw new Error('refused');
    });
    const results = await Promise.allSettled([db.soon(() => add('a')), bad, db.soon(() => add('b'))]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(names()).toEqual(['a', 'b']);
  });

  it('see what those before them did', async () => {
    const count = () => names().length;
    const both = await Promise.all([db.soon(() => add('a') + count()), db.soon(() => add('b') + count())]);
    expect(both).toEqual([2, 3]);
  });

  it('do what is to follow behind the commit of all, and nothing where they failed', async () => {
    const followed: string[] = [];
    const bad = db.soon((afterCommit) => {
      afterCommit(() => followed.push('bad'));
      throw new Error('refused');
    });
    const good = db.soon((afterCommit) => afterCommit(() => followed.push(`good, ${names().length} rows`)));
    await Promise.allSettled([bad, good, db.soon(() => add('a'))]);
    expect(followed).toEqual(['good, 1 rows']);
  });

  it('fail together when their commit fails', async () => {
    const orphan = "INSERT INTO upload VALUES ('id', 'no bucket', 'key', 0, '{}')";
    const bad = db.soon(() => {
      db.run('PRAGMA defer_foreign_keys = ON');
      db.run(orphan);
    });
    const results = await Promise.allSettled([db.soon(() => add('a')), bad]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(names()).toEqual([]);
  });
});
