import { BatchGetItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { buildPk, positionSk } from './keys.ts';

/** Which of some builds have a row. What was written in the last moments may be missed. */
export type OpenedBuilds = (builds: readonly string[]) => Promise<ReadonlySet<string>>;

/** The most that DynamoDB reads at once. */
const BATCH = 100;

export function openedBuilds(dynamo: DynamoDBClient, table: string): OpenedBuilds {
  return async (builds) => {
    const found = new Set<string>();
    for (let from = 0; from < builds.length; from += BATCH) {
      let Keys = builds.slice(from, from + BATCH).map((id) => marshall(firstRowKey(id)));
      while (Keys.length > 0) {
        const RequestItems = { [table]: { Keys, ProjectionExpression: 'pk' } };
        const answer = await dynamo.send(new BatchGetItemCommand({ RequestItems }));
        for (const { pk } of answer.Responses?.[table] ?? []) found.add(pk?.S ?? '');
        // What DynamoDB had no capacity for it hands back.
        Keys = answer.UnprocessedKeys?.[table]?.Keys ?? [];
      }
    }
    return new Set(builds.filter((id) => found.has(buildPk(id))));
  };
}

const firstRowKey = (id: string) => ({ pk: buildPk(id), sk: positionSk(1) });
