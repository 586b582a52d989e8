import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  numberedContent as content,
  type KeptContents,
  numbered,
  openKept,
  putAll,
  segmentsIn,
  until,
} from './kept-contents.ts';

const KB = 2 ** 10;

let home: string;
let kept: KeptContents;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'darkroom-segments-'));
  kept = openKept(home);
});
afterEach(() => {
  kept.close();
  rmSync(home, { recursive: true, force: true });
});

describe('small contents', () => {
  it('lie together in one file, each as it was, the empty one too', async () => {
    const all = numbered(20, (i) => content(i, i * 100));
    await putAll(kept, all);
    expect(segmentsIn(home)).toEqual(['00000001']);
    expect(kept.keys().map(kept.read)).toEqual([...all.values()]);
  });

  it('share a file with none that is large', async () => {
    const large = content(1, 300 * KB);
    await kept.put('large', large);
    expect(segmentsIn(home)).toEqual([]);
    expect(kept.read('large')).toEqual(large);
  });

  it('are followed by the next ones after a start, wherever the last one ended', async () => {
    await kept.put('before', content(1, KB));
    await kept.stage(content(2, KB));
    restart();
    await kept.put('after', content(3, KB));
    expect(kept.read('before')).toEqual(content(1, KB));
    expect(kept.read('after')).toEqual(content(3, KB));
    expect(kept.nameOf('after')).toBe('00000001-00000800-400');
  });

  it.skipIf(process.platform !== 'linux')(
    'for which the disk has no room are told so, and those before them stay',
    async () => {
      await kept.put('kept', content(1, 70 * KB));
      symlinkSync('/dev/full', join(home, 'objects', 'segments', '00000002'));
      const full = { code: 'InsufficientStorage', status: 507 };
      await expect(kept.put('lost', content(2, KB))).rejects.toMatchObject(full);
      rmSync(join(home, 'objects', 'segments', '00000002'));
      restart();
      await kept.put('next', content(3, KB));
      expect(kept.keys()).toEqual(['kept', 'next']);
      expect(kept.keys().map(kept.read)).toEqual([content(1, 70 * KB), content(3, KB)]);
    },
  );
});

describe('a segment', () => {
  it('goes when nothing in it is held any more', async () => {
    const all = numbered(8, (i) => content(i, 20 * KB));
    await putAll(kept, all);
    for (const key of all.keys()) await kept.remove(key);
    await until(() => segmentsIn(home).length === 0);
  });

  it('goes at the next start when the process ended before', async () => {
    kept.close();
    kept = openKept(home, { segmentBytes: KB, collectAfterMs: 60_000 });
    await kept.put('a', content(1, 2 * KB));
    await kept.put('b', content(2, 2 * KB));
    await kept.remove('a');
    restart();
    await until(() => !segmentsIn(home).includes('00000001'));
    expect(kept.read('b')).toEqual(content(2, 2 * KB));
  });

  it('of which the file is gone, as after a crash behind its removal, keeps nothing else from going', async () => {
    kept.db.run('INSERT INTO segment (live, size) VALUES (0, 1)');
    await kept.put('a', content(1, 70 * KB));
    await kept.remove('a');
    restart();
    await until(() => segmentsIn(home).length === 0 && kept.db.one('SELECT 1 FROM segment') === undefined);
  });

  it('stays while a content in it waits for its row', async () => {
    const name = await kept.stage(content(1, 40 * KB));
    await kept.put('other', content(2, 40 * KB));
    await kept.put('next', content(3, KB));
    await kept.remove('other');
    await sleep(50);
    expect(segmentsIn(home)).toContain('00000001');
    kept.contents.drop(name);
    await kept.remove('next');
    await until(() => segmentsIn(home).length === 0);
  });
});

function restart(): void {
  kept.close();
  kept = openKept(home);
}
