import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from '../../../infra/local/aws/store/database.ts';
import { startDynamo } from '../../../infra/local/dynamodb.ts';
import { lockHome } from '../../../infra/local/lock.ts';
import { makeFolder } from '../../../infra/local/make-folder.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'darkroom-damage-'));
});
afterEach(() => {
  chmodSync(home, 0o700);
  rmSync(home, { recursive: true, force: true });
});

const GARBAGE = Buffer.from('garbage '.repeat(1024));

describe('a state folder that cannot be used is told in one line, with the file and what to do', () => {
  it('when another Darkroom runs on it', async () => {
    const unlock = lockHome(home);
    expect(() => lockHome(home)).toThrow(/lock\.db is held by another Darkroom: end that one/);
    await unlock();
    await lockHome(home)();
    const db = openDatabase(home);
    expect(() => openDatabase(home)).toThrow(/store\.db is held by another Darkroom: end that one/);
    db.close();
  });

  it.each([
    ['lock.db', lockHome, /lock\.db is damaged, or is no database: remove it/],
    ['store.db', openDatabase, /store\.db is damaged, or is no database: put it back from a copy/],
  ] as const)('when %s is garbage', (name, open, told) => {
    writeFileSync(join(home, name), GARBAGE);
    expect(() => open(home)).toThrow(told);
  });

  it('when the tables are garbage', async () => {
    mkdirSync(join(home, 'dynamodb'));
    writeFileSync(join(home, 'dynamodb', 'CURRENT'), GARBAGE);
    await expect(startDynamo(home, [])).rejects.toThrow(
      /^The tables in .*dynamodb cannot be opened .*move it away/,
    );
  });

  it.each(['/proc/darkroom', '/proc/a/b/c', '/dev/null/x'])('when it is %s', (path) => {
    expect(() => makeFolder(path)).toThrow(`The folder ${path} cannot be made`);
  });
});

it('a folder is made with those above it, for its owner alone, and may be there already', () => {
  const path = join(home, 'a/b/c');
  makeFolder(path);
  makeFolder(path);
  lockHome(path);
});
