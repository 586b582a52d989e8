import {
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { holds } from './dynamodb.ts';
import { tokenKey } from './keys.ts';

/** A token as it is kept: what `lib/auth` makes of one. */
export interface KeptToken {
  readonly id: string;
  readonly user: string;
  readonly userCreated?: string;
  readonly role: 'reader' | 'writer' | 'admin';
  readonly secretSha256: string;
  /** Milliseconds since 1970. */
  readonly expiresMs: number;
  readonly parent?: string;
}

export interface Tokens {
  find(id: string): Promise<KeptToken | undefined>;
  put(token: KeptToken): Promise<void>;
  /** Ends a token at once. False when there is none. */
  revoke(id: string): Promise<boolean>;
}

export function tokens(dynamo: DynamoDBClient, table: string): Tokens {
  return {
    async find(id) {
      if (!isId(id)) return undefined;
      const get = { TableName: table, Key: marshall(tokenKey(id)), ConsistentRead: true };
      const { Item } = await dynamo.send(new GetItemCommand(get));
      return Item === undefined ? undefined : toToken(unmarshall(Item));
    },
    async put(token) {
      // What has expired may vanish: `expires` is in seconds, as DynamoDB has it.
      const item = { ...tokenKey(token.id), ...token, expires: Math.ceil(token.expiresMs / 1_000) };
      const Item = marshall(item, { removeUndefinedValues: true });
      await dynamo.send(new PutItemCommand({ TableName: table, Item }));
    },
    async revoke(id) {
      return holds(
        dynamo.send(
          new UpdateItemCommand({
            TableName: table,
            Key: marshall(tokenKey(id)),
            UpdateExpression: 'SET expiresMs = :zero, expires = :zero',
            ConditionExpression: 'expiresMs > :zero',
            ExpressionAttributeValues: marshall({ ':zero': 0 }),
          }),
        ),
      );
    },
  };
}

/** What cannot be one is not asked for: DynamoDB takes no key of any length. */
function isId(id: string): boolean {
  return /^[0-9a-f]{1,64}$/.test(id);
}

/** Only this module writes such items, so their shape is known. */
function toToken({ pk: _pk, sk: _sk, expires: _expires, ...token }: Record<string, unknown>): KeptToken {
  return token as unknown as KeptToken;
}
