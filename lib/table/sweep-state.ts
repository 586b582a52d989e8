import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { holds } from './dynamodb.ts';
import { askedAgainKey, sweepKey } from './keys.ts';

/** What the sweep remembers from one run to the next. All of it may be lost: then it begins again. */
export interface SweepState {
  /** What was kept of a walk, as it was given; undefined for nothing. */
  load(walk: string): Promise<unknown>;
  save(walk: string, state: unknown): Promise<void>;
  /** Notes that a build is asked for again: false where it was within the last `everyMs`. */
  mayAskAgain(build: string, everyMs: number): Promise<boolean>;
}

export function sweepState(dynamo: DynamoDBClient, table: string, now: () => number): SweepState {
  return {
    async load(walk) {
      const get = { TableName: table, Key: marshall(sweepKey(walk)), ConsistentRead: true };
      const { Item } = await dynamo.send(new GetItemCommand(get));
      return Item && JSON.parse(String(unmarshall(Item).state));
    },
    async save(walk, state) {
      const item = { ...sweepKey(walk), state: JSON.stringify(state) };
      await dynamo.send(new PutItemCommand({ TableName: table, Item: marshall(item) }));
    },
    mayAskAgain(build, everyMs) {
      const untilMs = now() + everyMs;
      const item = { ...askedAgainKey(build), untilMs, expires: Math.ceil(untilMs / 1_000) };
      const put = new PutItemCommand({
        TableName: table,
        Item: marshall(item),
        ConditionExpression: 'attribute_not_exists(pk) OR untilMs <= :now',
        ExpressionAttributeValues: marshall({ ':now': now() }),
      });
      return holds(dynamo.send(put));
    },
  };
}
