import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** A client for the table. Endpoint, region and credentials come from the environment, here as on Lambda. */
export function createDynamo(): DynamoDBClient {
  return new DynamoDBClient({
    maxAttempts: 6,
    cacheMiddleware: true,
    requestHandler: { connectionTimeout: 3_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
  });
}

/** False when the condition did not hold; any other failure is thrown. */
export async function holds(request: Promise<unknown>): Promise<boolean> {
  try {
    await request;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
