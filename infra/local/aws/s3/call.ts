import type { Access } from '../access/access.ts';
import type { Answer } from '../answer.ts';
import type { BodySource } from '../body/verified.ts';
import type { Query } from '../request.ts';
import type { QueueStore } from '../sqs/queues.ts';
import type { Contents } from '../store/contents.ts';
import type { Database } from '../store/database.ts';

/** What every operation works on. */
export interface S3Context {
  readonly db: Database;
  readonly contents: Contents;
  readonly queues: QueueStore;
  readonly accountId: string;
  readonly region: string;
  readonly now: () => number;
  /** 32 lower-case hex digits, random. */
  readonly newId: () => string;
}

/** One authenticated call. `bucket` and `key` are empty where the path names none. */
export interface S3Call {
  readonly method: string;
  readonly bucket: string;
  readonly key: string;
  readonly query: Query;
  /** With the x-amz-* parameters of a signed URL among them: S3 takes these for headers. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: BodySource;
  readonly caller: string;
  /** What the caller may do. */
  readonly access: Access;
  readonly requestId: string;
  readonly sourceIp: string;
}

export type Operation = (s3: S3Context, call: S3Call) => Answer | Promise<Answer>;
