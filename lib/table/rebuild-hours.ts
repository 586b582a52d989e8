import { type DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { HOURS_PK, hourPk } from './keys.ts';

/**
 * Lists again the hours that have log rows, which readers of the log walk by. It reads the whole table once: no function may. `onPage` is
 * told how many items were read so far. Returns the hours.
 */
export async function rebuildHours(
  dynamo: DynamoDBClient,
  table: string,
  onPage: (read: number) => void,
): Promise<readonly string[]> {
  const hours = new Set<string>();
  let read = 0;
  let from: ScanCommand['input']['ExclusiveStartKey'];
  do {
    const scan = { TableName: table, ProjectionExpression: 'gsi2pk', ExclusiveStartKey: from };
    const page = await dynamo.send(new ScanCommand(scan));
    for (const { gsi2pk } of page.Items ?? [])
      if (gsi2pk?.S?.startsWith(hourPk(''))) hours.add(gsi2pk.S.slice(hourPk('').length));
    read += page.ScannedCount ?? 0;
    onPage(read);
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
  for (const hour of hours)
    await dynamo.send(new PutItemCommand({ TableName: table, Item: marshall({ pk: HOURS_PK, sk: hour }) }));
  return [...hours].toSorted();
}
