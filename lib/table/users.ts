import {
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { holds } from './dynamodb.ts';
import { USERS_PK } from './keys.ts';

export interface StoredUser {
  readonly name: string;
  readonly role: 'reader' | 'writer' | 'admin';
  readonly passwordHash: string;
  /** RFC 3339 UTC with milliseconds. */
  readonly created: string;
}

/** The users beside the first one. */
export interface Users {
  find(name: string): Promise<StoredUser | undefined>;
  put(user: StoredUser): Promise<void>;
  /** False when there is none. */
  remove(name: string): Promise<boolean>;
  /** In the order of their names, behind `after`. */
  list(
    limit: number,
    after?: string,
  ): Promise<{ readonly users: readonly StoredUser[]; readonly next?: string }>;
}

export function users(dynamo: DynamoDBClient, table: string): Users {
  const keyOf = (name: string) => marshall({ pk: USERS_PK, sk: name });
  return {
    async find(name) {
      if (!isUserName(name)) return undefined;
      const get = new GetItemCommand({ TableName: table, Key: keyOf(name), ConsistentRead: true });
      const { Item } = await dynamo.send(get);
      return Item === undefined ? undefined : toUser(unmarshall(Item))[0];
    },
    async put({ name, ...facts }) {
      const Item = marshall({ pk: USERS_PK, sk: name, ...facts });
      await dynamo.send(new PutItemCommand({ TableName: table, Item }));
    },
    async remove(name) {
      if (!isUserName(name)) return false;
      return holds(
        dynamo.send(
          new UpdateItemCommand({
            TableName: table,
            Key: keyOf(name),
            // No function may delete items: what is removed is marked, and vanishes by the table's time to live.
            UpdateExpression: 'SET removed = :yes, expires = :past',
            ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(removed)',
            ExpressionAttributeValues: marshall({ ':yes': true, ':past': 1 }),
          }),
        ),
      );
    },
    async list(limit, after) {
      const { Items = [], LastEvaluatedKey } = await dynamo.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: marshall({ ':pk': USERS_PK }),
          Limit: limit,
          ExclusiveStartKey: after === undefined ? undefined : keyOf(after),
          ConsistentRead: true,
        }),
      );
      const next = LastEvaluatedKey?.sk?.S;
      return {
        users: Items.flatMap((item) => toUser(unmarshall(item))),
        ...(next !== undefined && { next }),
      };
    },
  };
}

/** Whether a text can be a user's name: DynamoDB takes no key that is empty or of any length. */
export function isUserName(text: unknown): text is string {
  return typeof text === 'string' && /^[\w.@-]{1,64}$/.test(text);
}

/** Only this module writes such items, so their shape is known. */
function toUser({
  sk,
  role,
  passwordHash,
  created,
  removed,
}: Record<string, unknown>): readonly StoredUser[] {
  return removed === true ? [] : [{ name: sk, role, passwordHash, created } as StoredUser];
}
