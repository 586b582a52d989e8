/** One seed, one run: every choice of a simulation comes from here (mulberry32). */
export function createRandom(seed: number) {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    below: (n: number): number => Math.floor(next() * n),
    chance: (p: number): boolean => next() < p,
    pick<T>(items: readonly T[]): T {
      const item = items[Math.floor(next() * items.length)];
      if (item === undefined) throw new Error('nothing to pick from');
      return item;
    },
  };
}

export type Random = ReturnType<typeof createRandom>;

export interface Worker {
  readonly id: number;
  /** Simulated milliseconds at which the platform stops it. */
  readonly deadline: number;
  /** Set once the worker was killed: its calls never come back. */
  dead: boolean;
  done: boolean;
}

interface Waiting {
  readonly worker: Worker;
  readonly at: string;
  readonly go: () => void;
  readonly fail: (error: Error) => void;
}

/**
 * Lets workers run one call at a time, in an order that the seed chooses. Each call waits at a gate before its effect and at another
 * behind it, so a worker can be stopped, or be told of a failure, on either side.
 */
export function createScheduler() {
  let waiting: Waiting[] = [];
  const workers: Worker[] = [];

  function start(deadline: number, run: (worker: Worker) => Promise<void>): Worker {
    const worker: Worker = { id: workers.length, deadline, dead: false, done: false };
    workers.push(worker);
    const end = () => {
      worker.done = true;
    };
    void run(worker).then(end, end);
    return worker;
  }

  function gate(worker: Worker, at: string): Promise<void> {
    if (worker.dead) return new Promise(() => undefined);
    return new Promise((resolve, reject) => {
      waiting.push({ worker, at, go: resolve, fail: reject });
    });
  }

  async function settle(): Promise<void> {
    for (let i = 0; i < 20; i += 1) await Promise.resolve();
    await new Promise(setImmediate);
  }

  function take(one: Waiting): void {
    waiting = waiting.filter((it) => it !== one);
  }

  return {
    start,
    gate,
    settle,
    waiting: (): readonly Waiting[] => waiting,
    release(one: Waiting): void {
      take(one);
      one.go();
    },
    fail(one: Waiting, error: Error): void {
      take(one);
      one.fail(error);
    },
    kill(one: Waiting): void {
      one.worker.dead = true;
      waiting = waiting.filter(({ worker }) => worker !== one.worker);
    },
  };
}

export type Scheduler = ReturnType<typeof createScheduler>;
