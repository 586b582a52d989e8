import { DarkroomError } from '../../lib/error.ts';
import { type Answer, jsonAnswer } from '../../lib/http/answer.ts';
import type { Request } from '../../lib/http/request.ts';
import type { LogRow } from '../../lib/pipeline/log-row.ts';
import { STATUSES, type Status } from '../../lib/pipeline/status.ts';
import type { Cursor } from '../../lib/table/events-cursor.ts';
import type { Deps } from './deps.ts';

const DAY_MS = 24 * 3_600_000;
const MAX_DAYS = 7;
/** What one request may read: some ten thousand builds, in the time that a caller waits. */
const PAGE = 1_000;
const MAX_PAGES = 50;
const MAX_MS = 5_000;

/**
 * `GET /stats`: read from the log, newest first, so that what there was no time for is the oldest; then `since` tells how far back the
 * numbers go. A build counts by its last row.
 */
export async function getStats(
  deps: Pick<Deps, 'events' | 'queue' | 'deadLetters' | 'now'>,
  { query }: Request<'stats'>,
): Promise<Answer> {
  const now = deps.now();
  const since = query.since ?? new Date(now - DAY_MS).toISOString();
  if (Date.parse(since) < now - MAX_DAYS * DAY_MS) {
    throw new DarkroomError('BAD_PARAMETER', `since reaches back at most ${MAX_DAYS} days, not to ${since}`);
  }
  const [read, queue, deadLetters] = await Promise.all([
    readBack(deps, since, now + MAX_MS),
    deps.queue.depth(),
    deps.deadLetters.depth(),
  ]);
  const until = new Date(now).toISOString();
  const counts = countsOf(read.last);
  return jsonAnswer('stats', 200, {
    ...{ since: read.since, until, complete: read.since === since },
    ...counts,
    ...{ queue, deadLetters },
  });
}

interface ReadBack {
  /** The last row of each build. */
  readonly last: readonly LogRow[];
  /** How far back it was read. */
  readonly since: string;
}

async function readBack(
  { events, now }: Pick<Deps, 'events' | 'now'>,
  since: string,
  until: number,
): Promise<ReadBack> {
  const last = new Map<string, LogRow>();
  let reached = new Date(now()).toISOString();
  let cursor: Cursor | undefined;
  for (let page = 0; page < MAX_PAGES && now() < until; page += 1) {
    const { rows, next } = await events.list({
      ...{ order: 'desc', limit: PAGE, since },
      ...(cursor && { cursor }),
    });
    for (const row of rows) {
      // Rows of one build stand in order of their positions, whatever the clocks of their writers say.
      const known = last.get(row.build);
      if (known === undefined || known.position < row.position) last.set(row.build, row);
      reached = row.time;
    }
    if (next === undefined) return { last: [...last.values()], since };
    cursor = next;
  }
  return { last: [...last.values()], since: reached };
}

function countsOf(last: readonly LogRow[]) {
  const builds = Object.fromEntries(STATUSES.map((status) => [status, 0])) as Record<Status, number>;
  const failures: Record<string, number> = {};
  const durations: number[] = [];
  let [bytesIn, bytesOut] = [0, 0];
  for (const row of last) {
    builds[row.status] += 1;
    if (row.status === 'FAILED') failures[row.code] = (failures[row.code] ?? 0) + 1;
    if (row.status !== 'FINISHED' || row.outputs.length === 0) continue;
    bytesIn += row.bytesIn;
    bytesOut += row.bytesOut;
    durations.push(row.durationMs);
  }
  return { builds, failures, bytesIn, bytesOut, durationMs: percentiles(durations) };
}

/** By nearest rank: each of them is a duration that there was. */
function percentiles(values: readonly number[]) {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
  return sorted.length === 0 ? null : { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}
