import {
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { Clearing, LogRow, SourceVersion } from '../pipeline/log-row.ts';
import { holds } from './dynamodb.ts';
import { buildPk, HOURS_PK, hourOf, inputRemovedKey, logKeys, positionSk } from './keys.ts';

/** The log of all builds: it is the lock as well, since each row is put only where no row stands. */
export interface BuildLog {
  /** All rows of a build in order of position, strongly consistent. */
  read(build: string): Promise<readonly LogRow[]>;
  /** The last row of a build, strongly consistent. */
  last(build: string): Promise<LogRow | undefined>;
  /** Puts the next row: false when another worker was quicker. One's own row, written twice by a retry, is a success. */
  append(row: LogRow): Promise<boolean>;
  /** Names who asked for a build that somebody else opened, before it could be told there. */
  nameOwner(build: string, owner: string): Promise<void>;
  /** Gives a claimed build back, if its row is still the claim of this owner. */
  release(row: ClaimedRow): Promise<void>;
  /** Notes how far the owner of a claim has come, in the claim's own row: false when it is another's. */
  note(row: ClaimedRow, clearing: Clearing): Promise<boolean>;
  /** Notes that the input of a version goes by Darkroom's own doing (`deleteInput`): before it goes. */
  markInputRemoved(version: SourceVersion): Promise<void>;
  isInputRemoved(version: SourceVersion): Promise<boolean>;
  /** Throws when the table cannot be reached. */
  check(): Promise<void>;
}

/** A claim's row, and whose it has to be. */
export interface ClaimedRow {
  readonly build: string;
  readonly position: number;
  readonly owner: string;
}

export function buildLog(dynamo: DynamoDBClient, table: string): BuildLog {
  const knownHours = new Set<string>();
  const rowsOf = (build: string) => ({
    TableName: table,
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :log)',
    ExpressionAttributeValues: marshall({ ':pk': buildPk(build), ':log': 'log#' }),
    ConsistentRead: true,
  });

  /** Lists the hour before its first row is written, once per process, so that no row can be there unseen. */
  async function announceHour(hour: string): Promise<void> {
    if (knownHours.has(hour)) return;
    await dynamo.send(new PutItemCommand({ TableName: table, Item: marshall({ pk: HOURS_PK, sk: hour }) }));
    knownHours.add(hour);
  }

  async function isOwn(row: LogRow): Promise<boolean> {
    const Key = marshall({ pk: buildPk(row.build), sk: positionSk(row.position) });
    const { Item } = await dynamo.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }));
    return Item !== undefined && unmarshall(Item).nonce === row.nonce;
  }

  /** Amends a claim's row, if it is still the claim of this owner. */
  function amend({ build, position, owner }: ClaimedRow, expression: string, it: unknown): Promise<boolean> {
    const update = new UpdateItemCommand({
      TableName: table,
      Key: marshall({ pk: buildPk(build), sk: positionSk(position) }),
      UpdateExpression: expression,
      ConditionExpression: 'claim.#owner = :owner',
      ExpressionAttributeNames: { '#owner': 'owner' },
      ExpressionAttributeValues: marshall({ ':it': it, ':owner': owner }, { removeUndefinedValues: true }),
    });
    return holds(dynamo.send(update));
  }

  return {
    async read(build) {
      const rows: LogRow[] = [];
      let from: QueryCommand['input']['ExclusiveStartKey'];
      do {
        const page = await dynamo.send(new QueryCommand({ ...rowsOf(build), ExclusiveStartKey: from }));
        rows.push(...(page.Items ?? []).map((item) => toLogRow(unmarshall(item))));
        from = page.LastEvaluatedKey;
      } while (from !== undefined);
      return rows;
    },
    async last(build) {
      const { Items } = await dynamo.send(
        new QueryCommand({ ...rowsOf(build), ScanIndexForward: false, Limit: 1 }),
      );
      const item = Items?.[0];
      return item && toLogRow(unmarshall(item));
    },
    async append(row) {
      await announceHour(hourOf(row.time));
      const Item = marshall({ ...logKeys(row), ...row }, { removeUndefinedValues: true });
      const put = new PutItemCommand({
        TableName: table,
        Item,
        ConditionExpression: 'attribute_not_exists(pk)',
      });
      return (await holds(dynamo.send(put))) || (await isOwn(row));
    },
    async nameOwner(build, owner) {
      await holds(
        dynamo.send(
          new UpdateItemCommand({
            TableName: table,
            Key: marshall({ pk: buildPk(build), sk: positionSk(1) }),
            UpdateExpression: 'SET #owner = :owner',
            ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(#owner)',
            ExpressionAttributeNames: { '#owner': 'owner' },
            ExpressionAttributeValues: marshall({ ':owner': owner }),
          }),
        ),
      );
    },
    async release(row) {
      await amend(row, 'SET claim.released = :it', true);
    },
    note: (row, clearing) => amend(row, 'SET clearing = :it', clearing),
    async markInputRemoved(version) {
      const Item = marshall({ ...inputRemovedKey(version), image: version.key });
      await dynamo.send(new PutItemCommand({ TableName: table, Item }));
    },
    async isInputRemoved(version) {
      const Key = marshall(inputRemovedKey(version));
      const { Item } = await dynamo.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }));
      return Item !== undefined;
    },
    async check() {
      await dynamo.send(
        new GetItemCommand({ TableName: table, Key: marshall({ pk: HOURS_PK, sk: 'check' }) }),
      );
    },
  };
}

/** A stored item is a row with the table's keys around it. Only this module writes such items, so its shape is known. */
export function toLogRow(item: Record<string, unknown>): LogRow {
  const { pk: _pk, sk: _sk, gsi1pk: _g1, gsi1sk: _g1s, gsi2pk: _g2, gsi2sk: _g2s, ...row } = item;
  return row as unknown as LogRow;
}
