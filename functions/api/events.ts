import { type Answer, jsonAnswer } from '../../lib/http/answer.ts';
import { anyText, moment, oneOf, type Parameter, readQuery, wholeNumber } from '../../lib/http/query.ts';
import type { Request } from '../../lib/http/request.ts';
import type { LogRow } from '../../lib/pipeline/log-row.ts';
import { STATUSES } from '../../lib/pipeline/status.ts';
import type { Cursor } from '../../lib/table/events.ts';
import type { Deps } from './deps.ts';

const cursor: Parameter<Cursor> = { takes: 'what an answer gave as next', read: decodeCursor };

const PARAMETERS = {
  image: anyText,
  build: anyText,
  status: oneOf(STATUSES),
  since: moment,
  until: moment,
  order: oneOf(['asc', 'desc']),
  limit: wholeNumber(1, 1_000),
  cursor,
};

/** The columns of an event, in their order; `null` where a row has nothing to say. */
const COLUMNS = [
  'time',
  'build',
  'image',
  'event',
  'status',
  'output',
  'sha256',
  'durationMs',
  'bytesIn',
  'bytesOut',
  'attempt',
  'code',
  'message',
] as const;

type Event = Record<(typeof COLUMNS)[number], string | number | null>;

/** How the log is written out, by the media type that `Accept` asks for; JSON unless another is named. */
const WRITERS = {
  'text/csv': (events: readonly Event[]) => [COLUMNS.join(','), ...events.map(csvLine), ''].join('\r\n'),
  'application/x-ndjson': (events: readonly Event[]) =>
    events.map((event) => `${JSON.stringify(event)}\n`).join(''),
} as const;

/** `GET /events`: the log, oldest first unless `order=desc`. As CSV and NDJSON the next page is told by a `Link` header. */
export async function getEvents({ events }: Deps, request: Request): Promise<Answer> {
  const { order = 'asc', limit = 100, ...filter } = readQuery(request.query, PARAMETERS);
  const page = await events.list({ order, limit, ...filter });
  const next = page.next === undefined ? null : encodeCursor(page.next);
  const rows = page.rows.map(toEvent);
  const type = (Object.keys(WRITERS) as (keyof typeof WRITERS)[]).find((name) =>
    request.headers.accept?.includes(name),
  );
  if (type === undefined) {
    return jsonAnswer(200, {
      events: page.rows.map((row) => ({ ...toEvent(row), outputs: outputsOf(row) })),
      next,
    });
  }
  const link: Record<string, string> =
    next === null ? {} : { link: `<${nextUrl(request, next)}>; rel="next"` };
  const headers = { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-store', ...link };
  return { status: 200, headers, body: WRITERS[type](rows) };
}

/** One row of the log as one event: `output` and `sha256` are the first output's; `outputs` of the JSON form has them all. */
function toEvent(row: LogRow): Event {
  const [first] = outputsOf(row);
  const { time, build, image, event, status, attempt } = row;
  return {
    time,
    build,
    image,
    event,
    status,
    output: first?.key ?? null,
    sha256: first?.sha256 ?? null,
    durationMs: 'durationMs' in row ? row.durationMs : null,
    bytesIn: 'bytesIn' in row ? row.bytesIn : null,
    bytesOut: 'bytesOut' in row ? row.bytesOut : null,
    attempt,
    code: 'code' in row ? (row.code ?? null) : null,
    message: 'message' in row ? (row.message ?? null) : null,
  };
}

function outputsOf(row: LogRow) {
  return 'outputs' in row ? row.outputs : [];
}

/** RFC 4180; a text that a spreadsheet would run as a formula is led by an apostrophe. */
function csvLine(event: Event): string {
  const cell = (value: string | number | null): string => {
    const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value ?? '');
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return COLUMNS.map((column) => cell(event[column])).join(',');
}

function nextUrl({ baseUrl, query }: Request, next: string): string {
  const following = new URLSearchParams(query);
  following.set('cursor', next);
  return `${baseUrl}/events?${following}`;
}

function encodeCursor(cursor: Cursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

function decodeCursor(text: string): Cursor | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    if (typeof value !== 'object' || value === null) return undefined;
    const { hour, after } = value as Cursor;
    const isHour = hour === undefined || /^\d{4}-\d\d-\d\dT\d\d$/.test(hour);
    const isKey = after === undefined || Object.values(after).every((part) => typeof part === 'string');
    return isHour && isKey ? { ...(hour && { hour }), ...(after && { after }) } : undefined;
  } catch {
    return undefined;
  }
}
