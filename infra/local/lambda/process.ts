import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { FunctionSpec } from '../topology/topology.ts';
import { guardProcess } from './guard.ts';
import { killGroup, recordProcess } from './leftovers.ts';
import { followLines, type LogLine } from './log-line.ts';

const BOOT = fileURLToPath(new URL('./boot.mjs', import.meta.url));
/** Part of a function's memory that JavaScript objects may take; the rest is for Buffers, native code and node itself. */
const HEAP_SHARE = 0.9;

export interface ProcessOptions {
  readonly spec: FunctionSpec;
  readonly environment: Readonly<Record<string, string>>;
  readonly runFolder: string;
  readonly onLine: (stream: LogLine['stream'], text: string) => void;
  /** What `rapid-client.mjs` says. */
  readonly onMessage: (message: unknown) => void;
}

export interface FunctionProcess {
  /** Undefined when the machine could not start it. */
  readonly pid: number | undefined;
  /** Tells `rapid-client.mjs`; nothing when the process is gone. */
  send(message: object): void;
  /** SIGKILL, for it and for what it started. */
  kill(): void;
  /** Settles when it is gone and its last lines were seen: why, in Lambda's words. Never rejects. */
  readonly exited: Promise<string>;
}

/** Starts the process of one sandbox, in a process group of its own: a Ctrl-C in the terminal must not reach it. */
export function startProcess(options: ProcessOptions): FunctionProcess {
  const { spec, environment, runFolder, onLine, onMessage } = options;
  const heapMb = Math.floor(spec.memoryMb * HEAP_SHARE);
  const child = spawn(process.execPath, [`--max-old-space-size=${heapMb}`, BOOT, spec.name], {
    cwd: spec.codeDir,
    env: environment,
    detached: true,
    windowsHide: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'ipc'],
    serialization: 'advanced',
  });
  const { pid } = child;
  const undo = pid === undefined ? [] : [recordProcess(runFolder, pid), guardProcess(pid)];
  if (child.stdout !== null) followLines(child.stdout, (text) => onLine('stdout', text));
  if (child.stderr !== null) followLines(child.stderr, (text) => onLine('stderr', text));
  child.stdio[3]?.on('error', () => {});
  child.on('message', onMessage);

  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => {
      for (const end of undo) end();
      if (pid !== undefined) killGroup(pid);
      // What it printed lies in the pipes and is read in this turn of the loop.
      setImmediate(() => resolve(reasonOf(code, signal)));
    });
  });
  return {
    pid,
    send: (message) => void child.send(message, () => {}),
    kill: () => pid !== undefined && child.exitCode === null && killGroup(pid),
    exited,
  };
}

function reasonOf(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal !== null) return `Runtime exited with error: signal: ${signal}`;
  return code === 0
    ? 'Runtime exited without providing a reason'
    : `Runtime exited with error: exit status ${code}`;
}
