import type * as z from 'zod/mini';
import { type Answer, jsonAnswer } from '../../lib/http/answer.ts';
import { decodeCursor, encodeCursor } from '../../lib/http/cursor.ts';
import { negotiate } from '../../lib/http/negotiate.ts';
import type { Request } from '../../lib/http/request.ts';
import type { Event as EventSchema } from '../../lib/http/schemas.ts';
import type { LogRow } from '../../lib/pipeline/log-row.ts';
import { isCursor } from '../../lib/table/events-cursor.ts';
import type { Deps } from './deps.ts';

type Event = z.infer<typeof EventSchema>;

/** The columns of the log as a table, in their order; empty where a row has nothing to say. */
const COLUMNS = [
  ...['time', 'build', 'image', 'event', 'status', 'output', 'sha256'],
  ...['durationMs', 'bytesIn', 'bytesOut', 'attempt', 'code', 'message'],
] as readonly Exclude<keyof Event, 'outputs'>[];

/** How the log is written out, by the media type that `Accept` likes best; JSON unless another is named. */
const WRITERS = {
  'text/csv': (events: readonly Event[]) => [COLUMNS.join(','), ...events.map(csvLine), ''].join('\r\n'),
  'application/x-ndjson': (events: readonly Event[]) =>
    events.map((event) => `${JSON.stringify(event)}\n`).join(''),
} as const;
const OFFERS = ['application/json', ...(Object.keys(WRITERS) as (keyof typeof WRITERS)[])] as const;

/** `GET /events`: the log, oldest first unless `order=desc`. As CSV and NDJSON the next page is told by a `Link` header. */
export async function getEvents({ events }: Deps, request: Request<'events'>): Promise<Answer> {
  const { cursor, limit = 100, ...filter } = request.query;
  const { order = 'asc' } = filter;
  const from = cursor === undefined ? undefined : decodeCursor(filter, cursor, isCursor);
  const page = await events.list({ ...filter, order, limit, ...(from && { cursor: from }) });
  const next = page.next === undefined ? null : encodeCursor(filter, page.next);
  const found = page.rows.map(toEvent);
  const type = negotiate(request.headers.accept, OFFERS) ?? 'application/json';
  if (type === 'application/json') return jsonAnswer('events', 200, { events: found, next });
  const link: Record<string, string> =
    next === null ? {} : { link: `<${nextUrl(request, next)}>; rel="next"` };
  const headers = { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-store', ...link };
  return { status: 200, headers, body: WRITERS[type](found) };
}

/** One row of the log as one event: `output` and `sha256` are the first output's. */
function toEvent(row: LogRow): Event {
  const outputs = 'outputs' in row ? [...row.outputs] : [];
  const { time, build, image, event, status, attempt } = row;
  return {
    ...{ time, build, image, event, status },
    output: outputs[0]?.key ?? null,
    sha256: outputs[0]?.sha256 ?? null,
    durationMs: 'durationMs' in row ? row.durationMs : null,
    bytesIn: 'bytesIn' in row ? row.bytesIn : null,
    bytesOut: 'bytesOut' in row ? row.bytesOut : null,
    attempt,
    code: 'code' in row ? (row.code ?? null) : null,
    message: 'message' in row ? (row.message ?? null) : null,
    owner: 'owner' in row ? (row.owner ?? null) : null,
    outputs,
  };
}

/** RFC 4180; a text that a spreadsheet would run as a formula is led by an apostrophe. */
function csvLine(event: Event): string {
  const cell = (value: string | number | null): string => {
    const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value ?? '');
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return COLUMNS.map((column) => cell(event[column])).join(',');
}

function nextUrl({ baseUrl, search }: Request<'events'>, next: string): string {
  const following = new URLSearchParams(search);
  following.set('cursor', next);
  return `${baseUrl}/events?${following}`;
}
