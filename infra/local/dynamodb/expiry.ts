import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod/mini';
import type { TableSpec } from '../topology/topology.ts';
import { callDynamo } from './call.ts';

/** DynamoDB itself promises days: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/howitworks-ttl.html */
const EVERY_MS = 600_000;
const PAGE = 200;
/** After each page it rests this many times as long as the page took: a sweep of a great table costs a twentieth of a core. */
const REST = 20;
/** What expired longer ago than five years is taken for a mistake and stays, as on AWS (same page). */
const TOO_OLD_SECONDS = 5 * 365 * 86_400;

const KEY_SCHEMA = z.array(z.object({ AttributeName: z.string() }));

export interface Expiry {
  close(): Promise<void>;
}

/** Removes rows whose time to live is over, now and then, which the server behind does not do. */
export function startExpiry(socket: string, tables: readonly TableSpec[], now: () => number): Expiry {
  const closing = new AbortController();
  const { signal } = closing;
  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      for (const table of tables) await sweepTable(socket, table, { now, signal }).catch(() => 0);
      await sleep(EVERY_MS, undefined, { signal, ref: false }).catch(() => {});
    }
  };
  const running = run();
  return {
    async close() {
      closing.abort();
      await running;
    },
  };
}

/** One pass over a table. Returns how many rows went. Rejects when the server is not there: the next pass finds the same. */
export async function sweepTable(
  socket: string,
  table: TableSpec,
  { now, signal }: { readonly now: () => number; readonly signal: AbortSignal },
): Promise<number> {
  const { name: TableName, ttlAttribute } = table;
  if (ttlAttribute === undefined) return 0;
  const seconds = Math.floor(now() / 1000);
  const isOver = {
    ExpressionAttributeNames: { '#ttl': ttlAttribute },
    ExpressionAttributeValues: { ':now': { N: `${seconds}` }, ':old': { N: `${seconds - TOO_OLD_SECONDS}` } },
  };
  const condition = '#ttl < :now AND #ttl > :old';
  const keys = KEY_SCHEMA.parse(table.createTable.KeySchema).map(({ AttributeName }) => AttributeName);
  let removed = 0;
  let ExclusiveStartKey: unknown;
  do {
    const started = performance.now();
    const scan = { TableName, Limit: PAGE, ExclusiveStartKey, FilterExpression: condition, ...isOver };
    const page = JSON.parse((await callDynamo(socket, 'Scan', scan)).body);
    for (const item of page.Items ?? []) {
      const Key = Object.fromEntries(keys.map((name) => [name, item[name]]));
      // Under the same condition: it may have been written anew since.
      const input = { TableName, Key, ConditionExpression: condition, ...isOver };
      if ((await callDynamo(socket, 'DeleteItem', input)).status === 200) removed += 1;
    }
    ExclusiveStartKey = page.LastEvaluatedKey;
    const restMs = (performance.now() - started) * REST;
    await sleep(restMs, undefined, { signal, ref: false }).catch(() => {});
  } while (ExclusiveStartKey !== undefined && !signal.aborted);
  return removed;
}
