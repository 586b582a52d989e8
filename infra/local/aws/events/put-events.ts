import * as z from 'zod/mini';
import type { Ask } from '../access/access.ts';
import { AwsError } from '../aws-error.ts';
import { isDeeper } from '../nesting.ts';
import type { EventLog, NewEvent } from './event-log.ts';

/** What PutEvents answers of each entry, in their order. */
export interface PutResult {
  readonly FailedEntryCount: number;
  readonly Entries: readonly (
    | { readonly EventId: string }
    | { readonly ErrorCode: string; readonly ErrorMessage: string }
  )[];
}

export interface Place {
  readonly region: string;
  readonly accountId: string;
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html */
const MAX_ENTRIES = 10;
const MAX_BYTES = 256 * 1024;
const MAX_DEPTH = 1100;
/** What a time counts for. */
const TIME_BYTES = 14;

const text = z.optional(z.nullable(z.string()));
const ENTRY = z.object({
  Source: text,
  DetailType: text,
  Detail: text,
  EventBusName: text,
  Resources: z.optional(z.nullable(z.array(z.string()))),
  /** Seconds since 1970. */
  Time: z.optional(z.nullable(z.union([z.number(), z.string()]))),
});
const REQUEST = z.object({
  Entries: z.array(ENTRY).check(z.minLength(1), z.maxLength(MAX_ENTRIES)),
});

export type Entry = Readonly<z.infer<typeof ENTRY>>;

/** The entries of a request. Throws ValidationException. */
export function readEntries(input: unknown): readonly Entry[] {
  const parsed = REQUEST.safeParse(input);
  if (!parsed.success) {
    const wrong = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw invalid(`Entries must be a list of 1 to ${MAX_ENTRIES} events: ${wrong.join('; ')}`);
  }
  const { Entries } = parsed.data;
  const bytes = Entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
  if (bytes > MAX_BYTES) throw invalid('Total size of the entries in the request is over the limit.');
  return Entries;
}

/** To put into the bus that each entry names. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-conditions.html */
export function eventAsks(entries: readonly Entry[], { region, accountId }: Place): readonly Ask[] {
  return entries.map(({ EventBusName, Source, DetailType }) => {
    const bus = EventBusName || 'default';
    const resource = bus.startsWith('arn:') ? bus : `arn:aws:events:${region}:${accountId}:event-bus/${bus}`;
    const context = { 'events:source': Source ?? undefined, 'events:detail-type': DetailType ?? undefined };
    return { action: 'events:PutEvents', resource, context };
  });
}

/** Keeps what is right, all at once; what is not fails by itself, as EventBridge has it. */
export function putEvents(entries: readonly Entry[], log: EventLog): PutResult {
  const results = entries.map((entry) => readEvent(entry));
  const ids = log.append(results.flatMap((result) => ('event' in result ? [result.event] : [])));
  const left = [...ids];
  const Entries = results.map((result) =>
    'event' in result ? { EventId: left.shift() ?? '' } : result.failure,
  );
  return { FailedEntryCount: results.length - ids.length, Entries };
}

type Read =
  | { readonly event: NewEvent }
  | { readonly failure: { readonly ErrorCode: string; readonly ErrorMessage: string } };

function readEvent(entry: Entry): Read {
  const { Source, DetailType, Detail, EventBusName, Resources, Time } = entry;
  for (const name of ['Source', 'DetailType', 'Detail'] as const) {
    if (!entry[name]) {
      return fail(
        'InvalidArgument',
        `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
      );
    }
  }
  if (Source?.startsWith('aws.'))
    return fail('NotAuthorizedForSourceException', 'Not authorized for the source.');
  const detail = readDetail(Detail ?? '');
  if (detail === undefined) return fail('MalformedDetail', 'Detail is malformed.');
  const timeMs = typeof Time === 'number' ? Time * 1000 : Date.parse(Time ?? '');
  return {
    event: {
      source: Source ?? '',
      detailType: DetailType ?? '',
      detail,
      bus: EventBusName || 'default',
      resources: Resources ?? [],
      ...(Number.isFinite(timeMs) && { timeMs }),
    },
  };
}

/** An object; undefined for what is none. */
function readDetail(detail: string): object | undefined {
  try {
    const value: unknown = JSON.parse(detail);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject && !isDeeper(value, MAX_DEPTH) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevent-size.html */
function sizeOf({ Source, DetailType, Detail, Resources, Time }: Entry): number {
  const texts = [Source, DetailType, Detail, ...(Resources ?? [])];
  const bytes = texts.reduce<number>((sum, one) => sum + Buffer.byteLength(one ?? ''), 0);
  return bytes + (Time == null ? 0 : TIME_BYTES);
}

function fail(ErrorCode: string, ErrorMessage: string): Read {
  return { failure: { ErrorCode, ErrorMessage } };
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', 400, message);
}
