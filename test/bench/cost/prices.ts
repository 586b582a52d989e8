/**
 * The price list that docs/cost.md reckons with: on demand, us-east-1, as known in November 2026 and not looked up since. Check it
 * against https://aws.amazon.com/pricing before any of it is quoted; a price that is wrong here moves one line of the table.
 */
export const PRICES = {
  s3Write: { usd: 5e-6, per: 'S3 PUT, COPY, POST or LIST' },
  s3Read: { usd: 0.4e-6, per: 'S3 GET, HEAD or anything else' },
  sqs: { usd: 0.4e-6, per: 'SQS request of up to 64 KB' },
  tableWrite: { usd: 0.625e-6, per: 'DynamoDB write unit: 1 KB into the table or one index' },
  tableRead: { usd: 0.125e-6, per: 'DynamoDB read unit: 4 KB read consistently, 8 KB otherwise' },
  invocation: { usd: 0.2e-6, per: 'Lambda request' },
  gbSecond: { usd: 13.3334e-6, per: 'Lambda GB-second on arm64' },
  gateway: { usd: 1e-6, per: 'HTTP API request' },
  event: { usd: 1e-6, per: 'EventBridge event of one’s own' },
  logGb: { usd: 0.5, per: 'GB of logs taken in' },
} as const satisfies Record<string, { readonly usd: number; readonly per: string }>;

export type Priced = keyof typeof PRICES;

/** How long a function waits for one call, in milliseconds: billed at its memory like work. Assumed, never measured on AWS. */
export const WAIT_MS: Readonly<Record<string, number>> = {
  s3Write: 35,
  s3Read: 20,
  sqs: 8,
  tableWrite: 6,
  tableRead: 5,
  event: 15,
};

/** What Lambda itself writes for an invocation in JSON: its start, its end and its report. Assumed. */
export const PLATFORM_LOG_BYTES = 900;
/** Which the queue charges and no function calls: S3 sends, the event source receives and deletes, one message at a time. */
export const SQS_PER_MESSAGE = 3;

/** What each call is billed as. DELETE is free. One row an operation: one that is missing has to be looked up before it is counted. */
export const BILLED_AS: Readonly<Record<string, Priced | 'free'>> = {
  PutObject: 's3Write',
  CopyObject: 's3Write',
  PostObject: 's3Write',
  ListObjectsV2: 's3Write',
  ListObjectVersions: 's3Write',
  GetObject: 's3Read',
  HeadObject: 's3Read',
  DeleteObject: 'free',
  DeleteObjects: 'free',
  SendMessage: 'sqs',
  SendMessageBatch: 'sqs',
  ChangeMessageVisibility: 'sqs',
  GetQueueAttributes: 'sqs',
  PutItem: 'tableWrite',
  UpdateItem: 'tableWrite',
  DeleteItem: 'tableWrite',
  GetItem: 'tableRead',
  BatchGetItem: 'tableRead',
  Query: 'tableRead',
  PutEvents: 'event',
};
