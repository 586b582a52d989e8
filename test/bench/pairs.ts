/** One line of a benchmark's table: a ratio of ours to theirs, and what it may be at most. */
export interface Row {
  readonly id: string;
  readonly what: string;
  readonly ratio: number;
  readonly atMost: number;
  readonly pairs: number;
}

/** A row that this machine cannot measure, and why. */
export interface Skipped {
  readonly id: string;
  readonly what: string;
  readonly skipped: string;
}

export type Measured = Row | Skipped;

/** What one run costs, in any unit: ratios have none. */
export type Cost = () => Promise<number>;

/** CPU of this process and all of its threads for one run, in microseconds. */
export function cpu(run: () => unknown): Cost {
  return async () => {
    const before = process.cpuUsage();
    await run();
    const { user, system } = process.cpuUsage(before);
    return user + system;
  };
}

/**
 * The median of the ratios of paired runs, after some of each to warm up: what V8 has compiled is what serves a warm function. The two of a pair run one behind the other, in turns the one and
 * the other first, so that whatever else the machine does meets both alike.
 */
export async function medianRatio(ours: Cost, theirs: Cost, pairs: number): Promise<number> {
  for (let run = 0; run < WARM_UP_RUNS; run += 1) {
    await ours();
    await theirs();
  }
  const ratios: number[] = [];
  for (let pair = 0; pair < pairs; pair += 1) {
    const isFirst = pair % 2 === 0;
    const first = await (isFirst ? ours : theirs)();
    const second = await (isFirst ? theirs : ours)();
    ratios.push(isFirst ? first / second : second / first);
  }
  return median(ratios);
}

const WARM_UP_RUNS = 12;

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low = 0, high = 0] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return (low + high) / 2;
}
