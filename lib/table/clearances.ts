import {
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { holds } from './dynamodb.ts';
import { CLEARANCES_PK } from './keys.ts';
import type { Clock } from './next-row.ts';

/** A clearance that is listed. */
export interface ListedClearance {
  /** Its build. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly listedMs: number;
  /** Tells this listing of it from the next. */
  readonly mark: string;
}

/** The clearances that somebody has to go on with: a cache of the log, which has the last word. */
export interface Clearances {
  /** Lists one, before it is opened or opened again. */
  add(build: string): Promise<void>;
  all(): Promise<readonly ListedClearance[]>;
  /** Takes one off, unless it was listed anew since. */
  remove(listed: ListedClearance): Promise<void>;
}

export function clearances(dynamo: DynamoDBClient, table: string, { now, newId }: Clock): Clearances {
  return {
    async add(build) {
      const item = { pk: CLEARANCES_PK, sk: build, listedMs: now(), mark: newId() };
      await dynamo.send(new PutItemCommand({ TableName: table, Item: marshall(item) }));
    },
    async all() {
      const found: ListedClearance[] = [];
      let from: QueryCommand['input']['ExclusiveStartKey'];
      do {
        const page = await dynamo.send(
          new QueryCommand({
            TableName: table,
            KeyConditionExpression: 'pk = :pk',
            FilterExpression: 'attribute_not_exists(expires)',
            ExpressionAttributeValues: marshall({ ':pk': CLEARANCES_PK }),
            ConsistentRead: true,
            ExclusiveStartKey: from,
          }),
        );
        found.push(...(page.Items ?? []).map((item) => toListed(unmarshall(item))));
        from = page.LastEvaluatedKey;
      } while (from !== undefined);
      return found.toSorted((a, b) => a.listedMs - b.listedMs);
    },
    async remove({ id, mark }) {
      const update = new UpdateItemCommand({
        TableName: table,
        Key: marshall({ pk: CLEARANCES_PK, sk: id }),
        // No function may delete items: it vanishes by the table's time to live.
        UpdateExpression: 'SET expires = :past',
        ConditionExpression: 'mark = :mark',
        ExpressionAttributeValues: marshall({ ':past': 1, ':mark': mark }),
      });
      await holds(dynamo.send(update));
    },
  };
}

/** Only this module writes such items, so their shape is known. */
function toListed({ sk, listedMs, mark }: Record<string, unknown>): ListedClearance {
  return { id: sk, listedMs, mark } as ListedClearance;
}
