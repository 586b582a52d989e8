import { closeSync, mkdtempSync, readSync, rmSync, statSync } from 'node:fs';
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
  home = mkdtempSync(join(tmpdir(), 'darkroom-compact-'));
  kept = openKept(home);
});
afterEach(() => {
  kept.close();
  rmSync(home, { recursive: true, force: true });
});

describe('a segment of which less than half is held', () => {
  it('is compacted: what is held moves, as it was, and the file goes', async () => {
    const all = numbered(90, (i) => content(i, 2 * KB));
    await putAll(kept, all);
    const left = [...all].filter(([, bytes]) => bytes.readUInt32LE() % 5 === 0);
    for (const key of all.keys()) if (!left.some(([other]) => other === key)) await kept.remove(key);
    await until(() => bytesOnDisk() < 80 * KB);
    expect(kept.keys().map((key) => [key, kept.read(key)])).toEqual(left);
    const live = kept.db.one<{ sum: number }>('SELECT sum(live) AS sum FROM segment')?.sum;
    expect(live).toBe(left.length * 2 * KB);
  });

  it('is read to the end by who began before', async () => {
    const all = numbered(40, (i) => content(i, 2 * KB));
    await putAll(kept, all);
    const before = kept.nameOf('000');
    const { descriptor, start } = kept.contents.open(before);
    const release = kept.contents.hold([before]);
    for (const key of [...all.keys()].slice(1, 30)) await kept.remove(key);
    await until(() => kept.nameOf('000') !== before);
    await sleep(20);
    const late = kept.contents.open(before);
    expect(bytesAt(late.descriptor, late.start, 2 * KB)).toEqual(all.get('000'));
    expect(bytesAt(descriptor, start, 2 * KB)).toEqual(all.get('000'));
    release();
    await until(() => !segmentsIn(home).includes('00000001'));
    expect(kept.read('000')).toEqual(all.get('000'));
  });

  it('loses nothing that is put, replaced or removed meanwhile', async () => {
    const expected = new Map<string, Buffer>();
    const turn = async (writer: number): Promise<void> => {
      for (let i = 0; i < 150; i++) {
        const key = `${writer}/${(i * 7) % 20}`;
        const bytes = content(writer * 1000 + i, ((i * 131) % 4) * KB + i);
        await kept.put(key, bytes);
        expected.set(key, bytes);
        if (i % 3 === 0) {
          await kept.remove(key);
          expected.delete(key);
        }
      }
    };
    await Promise.all([1, 2, 3, 4].map(turn));
    expect(kept.keys()).toEqual([...expected.keys()].toSorted());
    for (const [key, bytes] of expected) expect(kept.read(key)).toEqual(bytes);
    expect(segmentsIn(home)).not.toContain('00000001');
  });
});

function bytesOnDisk(): number {
  const sizes = segmentsIn(home).map((name) => statSync(join(home, 'objects', 'segments', name)).size);
  return sizes.reduce((sum, size) => sum + size, 0);
}

function bytesAt(descriptor: number, start: number, size: number): Buffer {
  const bytes = Buffer.alloc(size);
  readSync(descriptor, bytes, 0, size, start);
  closeSync(descriptor);
  return bytes;
}
