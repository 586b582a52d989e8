import { closeSync, existsSync, openSync, renameSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from './make-folder.ts';

export interface Log {
  readonly write: (line: Readonly<Record<string, unknown>>) => void;
  readonly close: () => void;
}

const MAX_BYTES = 16 * 2 ** 20;

/**
 * The runtime's log, `darkroom.log` in the state folder: JSON lines. What went wrong in the runtime or around a function (a crash, a
 * time-out) is told on the terminal as well.
 */
export function openLog(home: string): Log {
  makeFolder(home);
  const file = join(home, 'darkroom.log');
  if (existsSync(file) && statSync(file).size > MAX_BYTES) renameSync(file, `${file}.1`);
  const descriptor = openSync(file, 'a', 0o600);
  return {
    write(line) {
      const text = JSON.stringify({ time: new Date().toISOString(), ...line });
      try {
        writeSync(descriptor, `${text}\n`);
      } catch {
        // A full disk takes no log; what went wrong is told on the terminal all the same.
      }
      if (line.level === 'error' || line.stream === 'runtime') console.error(text);
    },
    close: () => closeSync(descriptor),
  };
}
