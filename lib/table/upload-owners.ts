import { type DynamoDBClient, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { SourceVersion } from '../pipeline/log-row.ts';
import { holds } from './dynamodb.ts';
import { ownerKey } from './keys.ts';
import type { Clock } from './next-row.ts';

/**
 * Who uploads, for objects whose build is opened by their event alone. An object carries a ticket, which nobody can guess; whoever finds it
 * on the object later gains nothing by it, since it counts for one key and for the first version that is looked at.
 */
export interface UploadOwners {
  /** Notes who is about to upload under a key. Returns the ticket. */
  expect(key: string, owner: string): Promise<string>;
  /** Whom a ticket names as the owner of a version; undefined where it counts for another one, or is none. */
  find(ticket: string, version: SourceVersion): Promise<string | undefined>;
}

/** A message of the queue, and of its dead letters, lives for 14 days each. */
const KEPT_MS = 30 * 86_400_000;

export function uploadOwners(dynamo: DynamoDBClient, table: string, { now, newId }: Clock): UploadOwners {
  return {
    async expect(key, owner) {
      const ticket = newId();
      const item = { ...ownerKey(ticket), key, owner, expires: Math.ceil((now() + KEPT_MS) / 1_000) };
      await dynamo.send(new PutItemCommand({ TableName: table, Item: marshall(item) }));
      return ticket;
    },
    async find(ticket, { key, versionId }) {
      // What an object carries may be anybody's text, and DynamoDB takes no key of any length.
      if (!/^[0-9a-f-]{36}$/.test(ticket)) return undefined;
      const update = dynamo.send(
        new UpdateItemCommand({
          TableName: table,
          Key: marshall(ownerKey(ticket)),
          UpdateExpression: 'SET versionId = :version',
          ConditionExpression: '#key = :key AND (attribute_not_exists(versionId) OR versionId = :version)',
          ExpressionAttributeNames: { '#key': 'key' },
          ExpressionAttributeValues: marshall({ ':key': key, ':version': versionId }),
          ReturnValues: 'ALL_NEW',
        }),
      );
      if (!(await holds(update))) return undefined;
      return String(unmarshall((await update).Attributes ?? {}).owner);
    },
  };
}
