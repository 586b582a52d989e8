import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openContents } from '../../../../../infra/local/aws/store/contents.ts';
import { type Database, openDatabase } from '../../../../../infra/local/aws/store/database.ts';

const FULL = { code: 'InsufficientStorage', status: 507 };

let home: string;
let db: Database;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'darkroom-full-'));
  db = openDatabase(home);
});
afterEach(() => {
  db.close();
  rmSync(home, { recursive: true, force: true });
});

describe('a full disk', () => {
  it.each(['ENOSPC', 'EDQUOT'])(
    'under a content (%s) is told as such, and nothing of it stays',
    async (code) => {
      const contents = openContents(home, db, () => 'name');
      async function* half(): AsyncGenerator<Buffer> {
        yield Buffer.from('half of it');
        throw Object.assign(new Error('no space left on device'), { code });
      }
      await expect(contents.stage(half())).rejects.toMatchObject(FULL);
      expect(readdirSync(join(home, 'objects', 'incoming'))).toEqual([]);
      contents.close();
    },
  );

  it('under the database is told as such, and nothing is lost once there is room', () => {
    const add = (name: string) =>
      db.transaction(() => db.run("INSERT INTO bucket VALUES (?, 0, '')", name.padEnd(100_000, '.')));
    const pages = db.one<{ page_count: number }>('PRAGMA page_count')?.page_count ?? 0;
    add('kept');
    limitPages(pages + 60);
    expect(() => add('lost')).toThrow(expect.objectContaining(FULL));
    limitPages(pages + 1000);
    add('later');
    const names = [
      ...db.each<{ name: string }>('SELECT substr(name, 1, 5) AS name FROM bucket ORDER BY name'),
    ];
    expect(names.map(({ name }) => name)).toEqual(['kept.', 'later']);
  });

  it('is not seen in any other failure', () => {
    expect(() => db.transaction(() => db.run('DELETE FROM absent'))).toThrow('no such table');
  });
});

function limitPages(count: number): void {
  db.one(`PRAGMA max_page_count = ${count}`);
}
