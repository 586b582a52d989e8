/** Those who wait for a sandbox, in order. */
export interface Line<Job> {
  readonly length: () => number;
  enter(job: Job): void;
  /** Whether it still stood there. */
  leave(job: Job): boolean;
  /** How many at its head may have a sandbox as soon as there is one, while so many run. Who has become one of them stays it. */
  due(running: number): number;
  /** Takes the first out. */
  next(): Job | undefined;
  /** Takes all out. */
  empty(): readonly Job[];
}

/** How long the next in line waits before a further sandbox is taken for it, and the one behind it again. */
const PATIENCE_MS = 100;

/**
 * A line of which so many may run at once without more ado; the next waits until one of them ends, or for `PATIENCE_MS`.
 * @param onPatience called when somebody has waited so long: `due` tells more then
 */
export function openLine<Job>(ready: number, onPatience: () => void): Line<Job> {
  const waiting: { readonly job: Job; readonly since: number }[] = [];
  let due = 0;
  let lastStretched = 0;
  let patience: NodeJS.Timeout | undefined;

  const mayRun = (since: number, running: number): boolean => {
    if (running + due < ready) return true;
    const now = performance.now();
    if (now - Math.max(since, lastStretched) < PATIENCE_MS) return false;
    lastStretched = now;
    return true;
  };
  const takeOut = (place: number): Job | undefined => {
    if (place < due) due -= 1;
    return waiting.splice(place, 1)[0]?.job;
  };

  return {
    length: () => waiting.length,
    enter: (job) => void waiting.push({ job, since: performance.now() }),
    leave(job) {
      const place = waiting.findIndex((it) => it.job === job);
      if (place >= 0) takeOut(place);
      return place >= 0;
    },
    due(running) {
      for (let next = waiting[due]; next !== undefined && mayRun(next.since, running); next = waiting[due]) {
        due += 1;
      }
      if (due < waiting.length) {
        patience ??= setTimeout(() => {
          patience = undefined;
          onPatience();
        }, PATIENCE_MS);
      }
      return due;
    },
    next: () => (waiting.length > 0 ? takeOut(0) : undefined),
    empty() {
      clearTimeout(patience);
      due = 0;
      return waiting.splice(0).map(({ job }) => job);
    },
  };
}
