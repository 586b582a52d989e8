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
  /** The same with what tells this put from the next. */
  kept(image: string): Promise<KeptFacts | undefined>;
  /** Keeps an object in place of the one before. */
  put(image: string, facts: UserFacts): Promise<void>;
  /** Keeps an object in place of what was seen, which may be nothing: false where something else is kept by now. */
  replace(image: string, facts: UserFacts, seen: FactsMark | undefined): Promise<boolean>;
  /** Forgets what is kept, unless it was put since `seen` was found. */
  forget(image: string, seen: FactsMark | undefined): Promise<void>;
  /** What tells one put from the next; undefined when nothing is kept. */
  mark(image: string): Promise<FactsMark | undefined>;
}

export type FactsMark = string;

export interface KeptFacts {
  readonly facts: UserFacts;
  readonly mark: FactsMark;
}

export function facts(dynamo: DynamoDBClient, table: string, newId: () => string): Facts {
  async function kept(image: string): Promise<KeptFacts | undefined> {
    const get = { TableName: table, Key: marshall(factsKey(image)), ConsistentRead: true };
    const { Item } = await dynamo.send(new GetItemCommand(get));
    const item = Item && unmarshall(Item);
    if (item?.facts === undefined) return undefined;
    // Kept as its own text: DynamoDB's numbers and empty keys are not JSON's.
    return { facts: JSON.parse(String(item.facts)), mark: String(item.mark) };
  }

  const toPut = (image: string, value: UserFacts) => ({
    TableName: table,
    Item: marshall({ ...factsKey(image), image, facts: JSON.stringify(value), mark: newId() }),
  });

  return {
    kept,
    find: async (image) => (await kept(image))?.facts,
    mark: async (image) => (await kept(image))?.mark,
    async put(image, value) {
      await dynamo.send(new PutItemCommand(toPut(image, value)));
    },
    replace(image, value, seen) {
      const condition =
        seen === undefined
          ? { ConditionExpression: 'attribute_not_exists(facts)' }
          : {
              ConditionExpression: 'mark = :seen AND attribute_exists(facts)',
              ExpressionAttributeValues: marshall({ ':seen': seen }),
            };
      return holds(dynamo.send(new PutItemCommand({ ...toPut(image, value), ...condition })));
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
