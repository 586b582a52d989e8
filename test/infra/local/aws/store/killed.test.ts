import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { numberedContent, openKept, sizeOfNumbered } from './kept-contents.ts';

const ROUNDS = Number(process.env.CRASH_ROUNDS ?? 8);
/** Hundreds of steps, in which segments fill, are compacted and go; the kill comes at any of them. */
const STEPS = 400;

let home: string;
let child: ChildProcess | undefined;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'darkroom-killed-'));
});
afterEach(() => {
  child?.kill('SIGKILL');
  rmSync(home, { recursive: true, force: true });
});

/** The number of the content that a key has, 0 for none: as last acknowledged, and as last tried. */
interface Known {
  readonly done: number;
  readonly tried: number;
}

it(
  `killed ${ROUNDS} times while segments are compacted, each key has what was acknowledged last, or what was under way`,
  async () => {
    let known = new Map<string, Known>();
    for (let round = 1; round <= ROUNDS; round++) {
      await writeUntilKilled(round, known);
      known = settle(known);
    }
    expect(known.size).toBe(100);
  },
  20_000 + ROUNDS * 4_000,
);

async function writeUntilKilled(round: number, known: Map<string, Known>): Promise<void> {
  const program = join(import.meta.dirname, 'killed-child.ts');
  const started = spawn(process.execPath, [program, home, String(round * 1_000_000)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child = started;
  let left = STEPS + Math.random() * STEPS;
  for await (const line of createInterface({ input: started.stdout })) {
    const [state, key = '', number] = line.split(' ');
    if (number === undefined) continue;
    const before = known.get(key) ?? { done: 0, tried: 0 };
    known.set(
      key,
      state === 'try' ? { ...before, tried: Number(number) } : { ...before, done: Number(number) },
    );
    left -= 1;
    if (left <= 0) started.kill('SIGKILL');
  }
}

/** Compares all with what is there, which counts from now on. */
function settle(known: ReadonlyMap<string, Known>): Map<string, Known> {
  const kept = openKept(home);
  const found = new Set(kept.keys());
  const settled = [...known].map(([key, { done, tried }]) => {
    const bytes = found.has(key) ? kept.read(key) : undefined;
    const number = bytes?.readUInt32LE() ?? 0;
    expect([done, tried], key).toContain(number);
    if (bytes)
      expect(bytes.equals(numberedContent(number, sizeOfNumbered(number))), `${key} is whole`).toBe(true);
    return [key, { done: number, tried: number }] as const;
  });
  const counted = kept.db.one<{ sum: number }>('SELECT sum(live) AS sum FROM segment')?.sum;
  const held = kept.db.one<{ sum: number }>('SELECT sum(size) AS sum FROM version')?.sum;
  expect(counted, 'the counts of segments agree with the rows').toBe(held);
  kept.close();
  return new Map(settled);
}
