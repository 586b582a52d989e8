import * as z from 'zod/mini';

const report = z.nullable(
  z.object({
    batchItemFailures: z.nullish(z.array(z.object({ itemIdentifier: z.string().check(z.minLength(1)) }))),
  }),
);

/**
 * Which messages of a batch the function says it failed on. Null or no list: none. A report that is malformed, or names a message
 * that is not in the batch: all, as nobody can tell which were meant.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
 */
export function reportedFailures(payload: string, batch: ReadonlySet<string>): ReadonlySet<string> {
  const parsed = report.safeParse(parseJson(payload));
  if (!parsed.success) return batch;
  const listed = (parsed.data?.batchItemFailures ?? []).map((failure) => failure.itemIdentifier);
  return listed.every((id) => batch.has(id)) ? new Set(listed) : batch;
}

/** Undefined, which is no report, when it is no JSON: a streamed answer may be anything. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
