import { type Measured, median } from '../pairs.ts';
import { fetchRivals } from './rivals.ts';
import { type BenchServer, SERVERS, type ServerName, startServer } from './servers.ts';
import { getLarge, getSmall, putLarge, putParts, putSmall, type Transfer } from './transfers.ts';

interface Goal {
  readonly id: string;
  readonly what: string;
  readonly atMost: number;
  readonly transfer: Transfer;
  /** A gigabyte takes seconds: fewer pairs, and no round to warm up. */
  readonly isLarge?: true;
  /** Who cannot. */
  readonly without?: readonly ServerName[];
}

const LARGE = { isLarge: true, without: ['fauxqs, SQLite'] } as const;
const GOALS: readonly Goal[] = [
  { id: '1', what: 'puts of 100 KB, 16 at once, time: to the fastest', atMost: 1, transfer: putSmall },
  { id: '2', what: 'gets of 100 KB, 16 at once, time: to the fastest', atMost: 1, transfer: getSmall },
  { id: '3', what: 'put of 1 GiB, time: to the fastest', atMost: 0.5, transfer: putLarge, ...LARGE },
  {
    ...{ id: '3p', what: 'put of 1 GiB in parts of 8 MiB, 4 at once, time: to the fastest' },
    ...{ atMost: 0.5, transfer: putParts, ...LARGE },
  },
  { id: '4', what: 'get of 1 GiB, time: to the fastest', atMost: 0.5, transfer: getLarge, ...LARGE },
];

const LARGE_PAIRS = 3;
const PEAK_GOAL_MB = 200;
const PEAK = {
  id: '5',
  what: `peak RSS of the server through all of this over ${PEAK_GOAL_MB} MB`,
  atMost: 1,
};

/**
 * Our store against others on the same disk, each in a process of its own, through the same SDK client. Ours syncs content, folder and
 * database before it answers; theirs do as they do. Each round asks all of them in turn, and counts the fastest of the others.
 */
export async function* measure(pairs: number): AsyncIterable<Measured> {
  const modules = await fetchRivals().catch((error: Error) => error);
  if (modules instanceof Error) {
    for (const { id, what } of [...GOALS, PEAK]) {
      yield { id, what, skipped: 'the others cannot be fetched: is there a network?' };
    }
    return;
  }
  const servers: BenchServer[] = [];
  try {
    for (const name of SERVERS) servers.push(await startServer(name, modules));
    for (const goal of GOALS)
      yield await compare(goal, servers, goal.isLarge ? Math.min(pairs, LARGE_PAIRS) : pairs);
    const [ours] = servers;
    if (process.platform !== 'linux') yield { ...PEAK, skipped: 'only Linux tells the peak of a process' };
    else if (ours) yield { ...PEAK, pairs: 1, ratio: ours.peakMb() / PEAK_GOAL_MB };
  } finally {
    for (const server of servers) await server.close();
  }
}

async function compare(goal: Goal, all: readonly BenchServer[], pairs: number): Promise<Measured> {
  const { id, what, atMost, transfer, isLarge, without = [] } = goal;
  const servers = all.filter(({ name }) => !without.includes(name));
  if (!isLarge) for (const server of servers) await transfer(server);
  const ratios: number[] = [];
  for (let pair = 0; pair < pairs; pair += 1) {
    const times = new Map<ServerName, number>();
    for (const server of pair % 2 === 0 ? servers : servers.toReversed()) {
      times.set(server.name, await transfer(server));
    }
    const { darkroom: ours = Number.NaN, ...theirs } = Object.fromEntries(times);
    ratios.push(ours / Math.min(...Object.values(theirs)));
  }
  return { id, what, atMost, pairs, ratio: median(ratios) };
}
