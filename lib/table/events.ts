import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { DarkroomError } from '../error.ts';
import type { LogRow } from '../pipeline/log-row.ts';
import { toLogRow } from './build-log.ts';
import { type Cursor, keyOf, keyOfRow } from './events-cursor.ts';
import { type EventsFilter, filterOf } from './events-filter.ts';
import { buildPk, HOURS_PK, hourOf, hourPk, imagePk } from './keys.ts';

export interface EventsQuery extends EventsFilter {
  readonly build?: string;
  readonly order: 'asc' | 'desc';
  readonly limit: number;
  readonly cursor?: Cursor;
}

export interface EventsPage {
  readonly rows: readonly LogRow[];
  readonly next: Cursor | undefined;
}

export interface EventLog {
  /** A page of the log in order of time. It may be short, or empty, while `next` is set. */
  list(query: EventsQuery): Promise<EventsPage>;
}

export function eventLog(dynamo: DynamoDBClient, table: string): EventLog {
  async function page(query: EventsQuery, from: Partition, after: Cursor['after']): Promise<Page> {
    const { filter, names, values } = filterOf(query);
    const answer = await dynamo.send(
      new QueryCommand({
        TableName: table,
        ...(from.index === undefined ? { ConsistentRead: true } : { IndexName: from.index }),
        KeyConditionExpression: from.condition,
        FilterExpression: filter,
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: marshall({ ...from.values, ...values }),
        ScanIndexForward: query.order === 'asc',
        Limit: filter === undefined ? query.limit : Math.max(query.limit, MIN_FILTERED),
        ExclusiveStartKey: after === undefined ? undefined : marshall(after),
      }),
    );
    const rows = (answer.Items ?? []).map((item) => toLogRow(unmarshall(item)));
    const last = rows[query.limit - 1];
    if (last !== undefined && rows.length > query.limit)
      return { rows: rows.slice(0, query.limit), after: keyOfRow(last, from.index) };
    return { rows, after: keyOf(answer.LastEvaluatedKey) };
  }

  /** The next hour that has rows, at or beyond `from` in the query's order. */
  async function nextHour(query: EventsQuery, from: string, inclusive: boolean): Promise<string | undefined> {
    const asc = query.order === 'asc';
    const compare = `${asc ? '>' : '<'}${inclusive ? '=' : ''}`;
    const { Items } = await dynamo.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: `pk = :pk AND sk ${compare} :hour`,
        ExpressionAttributeValues: marshall({ ':pk': HOURS_PK, ':hour': from }),
        ScanIndexForward: asc,
        Limit: 1,
      }),
    );
    const hour = Items?.[0]?.sk?.S;
    return hour !== undefined && withinHours(query, hour) ? hour : undefined;
  }

  async function listAll(query: EventsQuery): Promise<EventsPage> {
    const first = query.order === 'asc' ? hourOf(query.since ?? '0') : hourOf(query.until ?? '9');
    let hour = query.cursor?.hour ?? (await nextHour(query, first, true));
    let after = query.cursor?.after;
    const rows: LogRow[] = [];
    for (let reads = 0; hour !== undefined && reads < MAX_READS; reads += 1) {
      const partition: Partition = {
        index: 'gsi2',
        condition: 'gsi2pk = :pk',
        values: { ':pk': hourPk(hour) },
      };
      const found = await page({ ...query, limit: query.limit - rows.length }, partition, after);
      rows.push(...found.rows);
      after = found.after;
      if (after === undefined) hour = await nextHour(query, hour, false);
      if (rows.length >= query.limit) break;
    }
    return { rows, next: hour === undefined ? undefined : { hour, ...(after && { after }) } };
  }

  return {
    async list(query) {
      try {
        if (query.build === undefined && query.image === undefined) return await listAll(query);
        const { rows, after } = await page(query, partitionOf(query), query.cursor?.after);
        return { rows, next: after && { after } };
      } catch (error) {
        if (query.cursor === undefined || !isInvalid(error)) throw error;
        throw new DarkroomError(
          'BAD_PARAMETER',
          'cursor takes what an answer to this same query gave as next',
          { cause: error },
        );
      }
    },
  };
}

/** Items that are read at once, at least, where most of what is read may be filtered away. */
const MIN_FILTERED = 500;
/** Reads that one page may cost when most of what is read is filtered away; then it is short and `next` goes on. */
const MAX_READS = 20;

interface Partition {
  readonly index: 'gsi1' | 'gsi2' | undefined;
  readonly condition: string;
  readonly values: Readonly<Record<string, string>>;
}

interface Page {
  readonly rows: readonly LogRow[];
  readonly after: Cursor['after'];
}

function partitionOf(query: EventsQuery): Partition {
  if (query.build === undefined) {
    return { index: 'gsi1', condition: 'gsi1pk = :pk', values: { ':pk': imagePk(query.image ?? '') } };
  }
  const values = { ':pk': buildPk(query.build), ':log': 'log#' };
  return { index: undefined, condition: 'pk = :pk AND begins_with(sk, :log)', values };
}

function withinHours({ since, until }: EventsQuery, hour: string): boolean {
  return (since === undefined || hour >= hourOf(since)) && (until === undefined || hour <= hourOf(until));
}

function isInvalid(error: unknown): boolean {
  return error instanceof Error && error.name === 'ValidationException';
}
