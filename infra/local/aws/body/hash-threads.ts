import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

/** Hashes over one body, in a thread. */
export interface ThreadHashes {
  /** Takes the next bytes in, which are free again when it resolves. It waits while the thread is behind. */
  update(piece: Buffer): Promise<void>;
  /** In the order of the algorithms. */
  digests(): Promise<readonly Buffer[]>;
  /** To be called in the end, whatever happened. */
  close(): void;
}

/** The bytes go over in memory that both see, a slot at a time: telling a thread costs as much as hashing some kilobytes. */
const SLOT_BYTES = 2 ** 18;
const SLOTS = 4;

/** @param algorithms as OpenSSL calls them */
export function hashInThread(algorithms: readonly string[]): ThreadHashes {
  const memory = spare.pop() ?? new SharedArrayBuffer(SLOTS * SLOT_BYTES);
  const bytes = Buffer.from(memory);
  const job = beginJob(algorithms, memory);
  const free: Promise<unknown>[] = Array.from({ length: SLOTS }, () => Promise.resolve());
  let slot = 0;
  let filled = 0;
  let ended: Promise<readonly Buffer[]> | undefined;

  const send = (): void => {
    const from = slot * SLOT_BYTES;
    const hashed = job.ask({ from, to: from + filled });
    hashed.catch(() => undefined);
    free[slot] = hashed;
    slot = (slot + 1) % SLOTS;
    filled = 0;
  };
  const end = async (): Promise<readonly Buffer[]> => {
    const { digests = [] } = await job.ask({});
    if (spare.length < MAX_SPARE) spare.push(memory);
    return digests.map((digest) => Buffer.from(digest));
  };
  return {
    async update(piece) {
      for (let at = 0; at < piece.length; ) {
        if (filled === 0) await free[slot];
        const copied = piece.copy(bytes, slot * SLOT_BYTES + filled, at, at + SLOT_BYTES - filled);
        at += copied;
        filled += copied;
        if (filled === SLOT_BYTES) send();
      }
    },
    digests() {
      if (filled > 0) send();
      ended ??= end();
      return ended;
    },
    close() {
      ended ??= end();
      ended.catch(() => undefined);
    },
  };
}

/** Memory that no body uses now: new one for each would lie about until somebody collects it. */
const spare: SharedArrayBuffer[] = [];
const MAX_SPARE = 16;

/** What a thread is told of a job: first `begin`, then where bytes lie, and nothing at the end. */
interface Order {
  readonly begin?: { readonly algorithms: readonly string[]; readonly memory: SharedArrayBuffer };
  readonly from?: number;
  readonly to?: number;
}

/** What it answers, to all but the first. */
interface Report {
  readonly job: number;
  readonly digests?: readonly Uint8Array[];
}

interface Awaited {
  resolve(report: Report): void;
  reject(error: unknown): void;
}

interface Thread {
  readonly worker: Worker;
  /** By job, in the order of its orders. */
  readonly jobs: Map<number, Awaited[]>;
}

/** Those of this process, begun when they are needed first; they keep nothing running. One core is left to who takes the bytes in. */
const threads: Thread[] = [];
const MAX_THREADS = Math.max(1, Math.min(availableParallelism() - 1, 4));
let lastJob = 0;

function beginJob(algorithms: readonly string[], memory: SharedArrayBuffer) {
  const thread = idlest();
  const { worker, jobs } = thread;
  lastJob += 1;
  const job = lastJob;
  const awaited: Awaited[] = [];
  jobs.set(job, awaited);
  const tell = (order: Order): void => worker.postMessage({ job, ...order });
  tell({ begin: { algorithms, memory } });
  return {
    ask: (order: Order): Promise<Report> =>
      new Promise((resolve, reject) => {
        awaited.push({ resolve, reject });
        if (threads.includes(thread)) tell(order);
        else reject(new Error('The thread that hashes this body has ended'));
      }),
  };
}

function idlest(): Thread {
  const [least] = threads.toSorted((a, b) => a.jobs.size - b.jobs.size);
  const isBusy = least === undefined || least.jobs.size > 0;
  return isBusy && threads.length < MAX_THREADS ? startThread() : (least ?? startThread());
}

/** A thread that fails ends the bodies that it works on; the next one gets another thread. */
function startThread(): Thread {
  const worker = new Worker(new URL('./hash-thread.mjs', import.meta.url));
  const jobs: Thread['jobs'] = new Map();
  const thread = { worker, jobs };
  threads.push(thread);
  worker.on('message', (report: Report) => {
    jobs.get(report.job)?.shift()?.resolve(report);
    if (report.digests !== undefined) jobs.delete(report.job);
  });
  worker.on('error', (error) => {
    threads.splice(threads.indexOf(thread), 1);
    for (const { reject } of [...jobs.values()].flat()) reject(error);
  });
  worker.unref();
  return thread;
}
