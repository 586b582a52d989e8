import {
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { holds } from './dynamodb.ts';
import { factsKey } from './keys.ts';

/** What a caller keeps with an image: any JSON object. */
export type UserFacts = Readonly<Record<string, unknown>>;

/** What callers keep with images, by their keys in the input bucket. It outlives a new version of an image, and goes with the image. */
export interface Facts {
  /** Undefined when nothing is kept. */
  find(image: string): Promise<UserFacts | undefined>;
  /** Keeps an object in place of the one before. */
  put(image: string, facts: UserFacts): Promise<void>;
  /** Forgets what is kept, unless it was put since `seen` was found. */
  forget(image: string, seen: FactsMark | undefined): Promise<void>;
  /** What tells one put from the next; undefined when nothing is kept. */
  mark(image: string): Promise<FactsMark | undefined>;
}

export type FactsMark = string;

export function facts(dynamo: DynamoDBClient, table: string, newId: () => string): Facts {
  async function read(image: string): Promise<Record<string, unknown> | undefined> {
    const get = { TableName: table, Key: marshall(factsKey(image)), ConsistentRead: true };
    const { Item } = await dynamo.send(new GetItemCommand(get));
    const item = Item && unmarshall(Item);
    return item?.facts === undefined ? undefined : item;
  }

  return {
    async find(image) {
      const item = await read(image);
      // Kept as its own text: DynamoDB's numbers and empty keys are not JSON's.
      return item && JSON.parse(String(item.facts));
    },
    async put(image, value) {
      const item = { ...factsKey(image), image, facts: JSON.stringify(value), mark: newId() };
      await dynamo.send(new PutItemCommand({ TableName: table, Item: marshall(item) }));
    },
    async mark(image) {
      const item = await read(image);
      return item && String(item.mark);
    },
    async forget(image, seen) {
      if (seen === undefined) return;
      await holds(
        dynamo.send(
          new UpdateItemCommand({
            TableName: table,
            Key: marshall(factsKey(image)),
            // No function may delete items: the content goes, and the rest of it by the table's time to live.
            UpdateExpression: 'REMOVE facts SET expires = :past',
            ConditionExpression: 'mark = :seen',
            ExpressionAttributeValues: marshall({ ':past': 1, ':seen': seen }),
          }),
        ),
      );
    },
  };
}
