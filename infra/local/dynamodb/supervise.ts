import { type ChildProcess, fork } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { killGroup, recordProcess } from '../lambda/leftovers.ts';

export interface SuperviseOptions {
  /** Folder of the database. */
  readonly path: string;
  /** Unix socket to listen on. */
  readonly socket: string;
  /** Where processes are written down, so that the next start ends them should this one die. */
  readonly runFolder: string;
  readonly log: (line: Readonly<Record<string, unknown>>) => void;
}

const PROGRAM = join(import.meta.dirname, 'process.ts');
/** Between an end and the next start: a disk that is full stays so for a while. */
const RESTART_MS = 500;
const CLOSE_MS = 3_000;
/** The last words of a process that died. */
const MAX_WORDS = 2_000;

/**
 * Runs the DynamoDB server and starts it again whenever it ends; meanwhile connections are refused. Resolves once it listens; rejects
 * with one clear line when its database cannot be opened at the first start.
 */
export async function superviseDynamo(options: SuperviseOptions): Promise<{ close(): Promise<void> }> {
  const closing = new AbortController();
  let server = await start(options);
  const keep = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      const lastWords = await server.ended;
      if (closing.signal.aborted) return;
      tell(options, `The DynamoDB server ended, and is started again: ${lastWords}`);
      server = await startAgain(options, closing.signal).catch(() => server);
    }
    await end(server);
  };
  const kept = keep();
  return {
    async close() {
      closing.abort();
      await end(server);
      await kept;
    },
  };
}

/** Tries until it runs; rejects once nobody wants it any more. Each reason is told once. */
async function startAgain(options: SuperviseOptions, signal: AbortSignal): Promise<Running> {
  for (let told = ''; ; ) {
    await sleep(RESTART_MS, undefined, { signal });
    const found = await start(options).catch(String);
    if (typeof found !== 'string') return found;
    if (found !== told) tell(options, found);
    told = found;
  }
}

function tell({ log }: SuperviseOptions, error: string): void {
  log({ level: 'error', part: 'dynamodb', error });
}

interface Running {
  readonly process: ChildProcess;
  /** Resolves with what it said last. */
  readonly ended: Promise<string>;
}

async function start({ path, socket, runFolder }: SuperviseOptions): Promise<Running> {
  rmSync(socket, { force: true });
  const started = fork(PROGRAM, [path, socket], {
    detached: true,
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const strike = record(started, runFolder);
  let words = '';
  started.stderr?.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-MAX_WORDS);
  });
  const ended = new Promise<string>((resolve) => {
    started.once('close', () => {
      strike();
      resolve(words.trim());
    });
  });
  return new Promise((resolve, reject) => {
    started.once('error', reject);
    started.once('message', (told) => {
      const { listening, code, reason } = Object(told);
      if (listening === true) resolve({ process: started, ended });
      else reject(new Error(whyShut(path, { code, reason })));
    });
    void ended.then((last) => reject(new Error(`The DynamoDB server does not start: ${last}`)));
  });
}

/** What cannot be written down must not run: nobody would end it. */
function record({ pid }: ChildProcess, runFolder: string): () => void {
  if (pid === undefined) return () => {};
  try {
    return recordProcess(runFolder, pid);
  } catch (error) {
    killGroup(pid);
    throw error;
  }
}

function whyShut(path: string, { code, reason }: { readonly code: string; readonly reason: string }): string {
  const cure =
    code === 'LEVEL_LOCKED'
      ? 'another process has it: end that one'
      : 'it is damaged, or the disk is full. Make room, put it back from a copy, or move it away: then the log begins anew';
  return `The tables in ${path} cannot be opened (${reason}): ${cure}`;
}

async function end({ process: child, ended }: Running): Promise<void> {
  const timer = setTimeout(() => killGroup(child.pid ?? 0), CLOSE_MS);
  child.kill('SIGTERM');
  await ended;
  clearTimeout(timer);
}
