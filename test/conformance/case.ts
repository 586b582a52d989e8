import assert from 'node:assert/strict';

/** One thing that an implementation either does or does not: a row. `World` is what it is given, fresh for each. */
export interface Case<World> {
  /** Stable: `differences.ts` refers to it. */
  readonly id: string;
  /** A sentence about the service. */
  readonly what: string;
  /** Throws what is otherwise than the sentence says. */
  run(on: World): Promise<void>;
}

/** Rows whose ids begin with the name of their feature. */
export function feature<World>(name: string, rows: readonly Case<World>[]): readonly Case<World>[] {
  return rows.map((row) => ({ ...row, id: `${name}-${row.id}` }));
}

/** Thrown by a case that cannot run here; the message says why. */
export class Skipped extends Error {}

/** A part of what an error of any SDK holds. */
interface Refusal {
  readonly name: string;
  readonly message: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** Holds when the call is refused with this code (one of these), and this status where it is given. Returns the error. */
export async function refused(
  call: Promise<unknown>,
  codes: string | readonly string[],
  status?: number,
): Promise<Refusal> {
  const error = await call.then(
    () => assert.fail(`nothing was refused, where ${codes} was expected`),
    (reason: Refusal) => reason,
  );
  assert.ok([codes].flat().includes(error.name), `refused with ${error.name}, where ${codes} was expected`);
  if (status !== undefined) assert.equal(error.$metadata?.httpStatusCode, status);
  return error;
}

/** Holds when an answer has this status, and this error code in its document where it is given. */
export async function answers(answer: Response, status: number, code?: string): Promise<string> {
  const text = await answer.text();
  const told = /<Code>(.*?)<\/Code>/.exec(text)?.[1];
  assert.equal(`${answer.status} ${told ?? ''}`.trim(), `${status} ${code ?? told ?? ''}`.trim());
  return text;
}

export function present<T>(value: T | null | undefined, what: string): T {
  assert.ok(value !== undefined && value !== null, `${what} is missing`);
  return value;
}

/** Calls, so many at once. Settled results in the order of the values. */
export async function inTurns<T, R>(
  values: readonly T[],
  atOnce: number,
  call: (value: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const entries = values.entries();
  const work = async (): Promise<void> => {
    for (const [index, value] of entries) results[index] = await call(value);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return results;
}
