import { writeSync } from 'node:fs';
import { numberedContent, openKept, sizeOfNumbered } from './kept-contents.ts';

/**
 * Four writers that put and remove over small segments in the folder of the first argument, numbering contents from the second one on,
 * until they are killed. Tells each step before (`try`) and after (`done`) it.
 */
const [home = '', first = '0'] = process.argv.slice(2);
const kept = openKept(home);
let number = Number(first);

async function write(writer: number): Promise<void> {
  for (let i = 0; ; i++) {
    const key = `${writer}/${(i * 7) % 25}`;
    const isRemoval = i % 3 === 2;
    number += 1;
    const step = `${key} ${isRemoval ? 0 : number}`;
    tell(`try ${step}`);
    if (isRemoval) await kept.remove(key);
    else await kept.put(key, numberedContent(number, sizeOfNumbered(number)));
    tell(`done ${step}`);
  }
}

/** Waits until the other side can read it: what `console.log` has in its queue a kill would take along. */
function tell(line: string): void {
  writeSync(1, `${line}\n`);
}

for (const writer of [1, 2, 3, 4]) write(writer);
