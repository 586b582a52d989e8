import * as z from 'zod/mini';
import { AwsError } from '../aws-error.ts';
import type { Database } from '../store/database.ts';
import { SQS_ERRORS, sqsError } from './errors.ts';
import type { QueueStore } from './queues.ts';

export interface SqsContext {
  readonly db: Database;
  readonly queues: QueueStore;
  /** Such as `http://127.0.0.1:4566/000000000000`: a queue's URL without its name. */
  readonly queueBase: string;
  /** Such as `arn:aws:sqs:us-east-1:000000000000`: a queue's ARN without its name. */
  readonly arnBase: string;
  /** The access key of who calls. */
  readonly caller: string;
  /** Aborts when the caller is gone, so that nothing is received on its behalf. */
  readonly signal: AbortSignal;
}

/** In the shape of the JSON protocol. */
export type SqsOutput = Readonly<Record<string, unknown>>;
export type Action = (input: unknown, context: SqsContext) => SqsOutput | Promise<SqsOutput>;
type Shape = Readonly<Record<string, z.core.$ZodType>>;
type Input<S extends Shape> = z.infer<z.ZodMiniObject<S>>;

const MAX_ENTRIES = 10;

/** An action from the shape of its input; what does not fit is an InvalidParameterValue that names it. */
export function action<S extends Shape>(
  shape: S,
  run: (input: Input<S>, context: SqsContext) => SqsOutput | Promise<SqsOutput>,
): Action {
  const schema = z.object(shape);
  return (input, context) => run(parse(schema, input), context);
}

/**
 * An action over up to 10 entries, each of which succeeds or fails on its own.
 * @param check of all entries, before any of them runs
 */
export function batch<S extends Shape>(
  shape: S,
  run: (entry: Input<S>, queueUrl: string, context: SqsContext) => SqsOutput,
  check: (entries: readonly unknown[]) => void = () => {},
): Action {
  const schema = z.object({ QueueUrl: z.string(), Entries: z.array(z.looseObject({ Id: z.string() })) });
  const entrySchema = z.object(shape);
  return (input, context) => {
    const { QueueUrl, Entries } = parse(schema, input);
    checkIds(Entries.map(({ Id }) => Id));
    check(Entries);
    const Successful: SqsOutput[] = [];
    const Failed: SqsOutput[] = [];
    for (const entry of Entries) {
      try {
        Successful.push({ Id: entry.Id, ...run(parse(entrySchema, entry), QueueUrl, context) });
      } catch (error) {
        if (!(error instanceof AwsError) || error.code === 'QueueDoesNotExist') throw error;
        Failed.push({ Id: entry.Id, Code: queryCode(error.code), Message: error.message, SenderFault: true });
      }
    }
    return { Successful, Failed };
  };
}

/** The name that the older protocol has for an error; both protocols use it for the entries of a batch. */
export function queryCode(code: string): string {
  return Object.entries(SQS_ERRORS).find(([name]) => name === code)?.[1][0] ?? code;
}

function parse<T extends z.core.$ZodType>(schema: T, input: unknown): z.output<T> {
  const parsed = z.safeParse(schema, input);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
  throw sqsError('InvalidParameterValue', `The request is not valid: ${wrong}`);
}

function checkIds(ids: readonly string[]): void {
  if (ids.length === 0)
    throw sqsError('EmptyBatchRequest', 'There should be at least one entry in the request.');
  if (ids.length > MAX_ENTRIES) {
    throw sqsError(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are ${MAX_ENTRIES}.`,
    );
  }
  if (new Set(ids).size < ids.length)
    throw sqsError('BatchEntryIdsNotDistinct', 'Two or more entries have the same Id.');
  const bad = ids.find((id) => !/^[\w-]{1,80}$/.test(id));
  if (bad !== undefined)
    throw sqsError('InvalidBatchEntryId', `The Id "${bad}" holds other than letters, digits, - and _.`);
}
