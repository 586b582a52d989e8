import {
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { holds } from './dynamodb.ts';
import { idempotencyKey } from './keys.ts';

/** An answer as it is given again. */
export interface KeptAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What is known of a key: it is now ours to answer, or somebody did, does, or used it for another request. */
export type Begun =
  | { readonly is: 'ours'; readonly claim: string }
  | { readonly is: 'answered'; readonly answer: KeptAnswer }
  | { readonly is: 'under-way'; readonly untilMs: number }
  | { readonly is: 'another' };

/** Answers to requests that carry an Idempotency-Key, each kept for a day. */
export interface Idempotency {
  /** `key` tells caller and key, `fingerprint` all that makes a request equal to another; both are hashes. */
  begin(key: string, fingerprint: string): Promise<Begun>;
  /** Keeps the answer, if the key is still ours. */
  keep(key: string, claim: string, answer: KeptAnswer): Promise<void>;
  /** Gives the key back unanswered: whatever comes next under it is new. */
  release(key: string, claim: string): Promise<void>;
}

const KEPT_MS = 24 * 3_600_000;
/** No function of the API lives longer: a worker that died leaves its key for so long. */
const LEASE_MS = 60_000;

export function idempotency(
  dynamo: DynamoDBClient,
  table: string,
  { now, newId }: { readonly now: () => number; readonly newId: () => string },
): Idempotency {
  async function amend(key: string, claim: string, expression: string, values: object): Promise<void> {
    await holds(
      dynamo.send(
        new UpdateItemCommand({
          TableName: table,
          Key: marshall(idempotencyKey(key)),
          UpdateExpression: expression,
          ConditionExpression: 'claim = :claim',
          ExpressionAttributeValues: marshall({ ':claim': claim, ...values }),
        }),
      ),
    );
  }

  return {
    async begin(key, fingerprint) {
      const claim = newId();
      const [startMs, leaseUntil] = [now(), now() + LEASE_MS];
      // `expires` is in seconds, as the table's time to live has it, and that may lag by days: `untilMs` decides.
      const untilMs = startMs + KEPT_MS;
      const expires = Math.ceil(untilMs / 1_000);
      const item = { ...idempotencyKey(key), fingerprint, claim, leaseUntil, untilMs, expires };
      const put = new PutItemCommand({
        TableName: table,
        Item: marshall(item),
        ConditionExpression:
          'attribute_not_exists(pk) OR untilMs <= :now OR (attribute_not_exists(answer) AND leaseUntil <= :now AND fingerprint = :request)',
        ExpressionAttributeValues: marshall({ ':now': startMs, ':request': fingerprint }),
      });
      if (await holds(dynamo.send(put))) return { is: 'ours', claim };
      const get = { TableName: table, Key: marshall(idempotencyKey(key)), ConsistentRead: true };
      const { Item } = await dynamo.send(new GetItemCommand(get));
      const found = unmarshall(Item ?? {}) as Partial<StoredKey>;
      if (found.claim === claim) return { is: 'ours', claim };
      if (found.fingerprint !== fingerprint) return { is: 'another' };
      if (found.answer !== undefined) return { is: 'answered', answer: found.answer };
      return { is: 'under-way', untilMs: found.leaseUntil ?? leaseUntil };
    },
    keep: (key, claim, answer) => amend(key, claim, 'SET answer = :answer', { ':answer': answer }),
    release: (key, claim) => amend(key, claim, 'SET untilMs = :zero', { ':zero': 0 }),
  };
}

/** Only this module writes such items, so their shape is known. */
interface StoredKey {
  readonly fingerprint: string;
  readonly claim: string;
  readonly leaseUntil: number;
  readonly answer: KeptAnswer;
}
