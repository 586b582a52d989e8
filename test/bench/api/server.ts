import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

/** A server in a process of its own. */
export interface Server {
  readonly pid: number;
  /** One request, answered whole. */
  readonly ask: () => Promise<void>;
  close(): Promise<void>;
}

/** Starts a program that prints its port. */
export async function startServer(program: string, argument: string, path = '/'): Promise<Server> {
  const child = spawn(process.execPath, [program, argument], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(child.stdout, 'data');
  const url = `http://127.0.0.1:${String(line).trim()}${path}`;
  return {
    pid: child.pid ?? 0,
    ask: () => whole(fetch(url)),
    async close() {
      child.kill();
      await once(child, 'exit');
    },
  };
}

export async function whole(answer: Promise<Response>): Promise<void> {
  const { status, ...rest } = await answer.then(async (it) => ({ status: it.status, body: await it.text() }));
  if (status !== 200) throw new Error(`${status} ${rest.body.slice(0, 300)}`);
}

/** Clock ticks that processes took so far, with all of their threads, as proc(5) counts them: 10 ms each. */
export function ticksOf(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return sum + Number(fields[11]) + Number(fields[12]);
  }, 0);
}
