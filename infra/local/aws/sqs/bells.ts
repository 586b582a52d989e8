/** Wakes those who wait for something to arrive under a name. */
export interface Bells {
  ring(name: string): void;
  ringAll(): void;
  /** Until the bell rings, `ms` are over, or `signal` aborts. */
  waitForRing(name: string, ms: number, signal?: AbortSignal): Promise<void>;
}

export function bells(): Bells {
  const waiting = new Map<string, Set<() => void>>();
  const ring = (name: string): void => {
    for (const wake of [...(waiting.get(name) ?? [])]) wake();
  };
  return {
    ring,
    ringAll() {
      for (const name of waiting.keys()) ring(name);
    },
    waitForRing(name, ms, signal) {
      const sleepers = waiting.get(name) ?? new Set();
      waiting.set(name, sleepers);
      return new Promise((resolve) => {
        const wake = (): void => {
          clearTimeout(timer);
          sleepers.delete(wake);
          signal?.removeEventListener('abort', wake);
          resolve();
        };
        const timer = setTimeout(wake, ms);
        sleepers.add(wake);
        signal?.addEventListener('abort', wake);
        if (signal?.aborted) wake();
      });
    },
  };
}
