import { type Case, inTurns, Skipped } from './case.ts';
import { differenceOf } from './differences.ts';

/** How a case ended. `differs` is a failure that `differences.ts` knows the reason of. */
export interface Outcome {
  readonly id: string;
  readonly what: string;
  readonly ended: 'passed' | 'failed' | 'skipped' | 'differs';
  /** Of a failure what was seen, of the others the reason. */
  readonly why?: string;
}

/** Gives a case its world, and takes it away again. */
export type Around<World> = (run: (on: World) => Promise<void>) => Promise<void>;

const TIME_LIMIT_MS = 60_000;

export function runCases<World>(
  cases: readonly Case<World>[],
  { implementation, atOnce, around }: { implementation: string; atOnce: number; around: Around<World> },
): Promise<Outcome[]> {
  return inTurns(cases, atOnce, async (one) => {
    const { id, what } = one;
    try {
      await inTime(around((on) => one.run(on)));
      return { id, what, ended: 'passed' };
    } catch (error) {
      if (error instanceof Skipped) return { id, what, ended: 'skipped', why: error.message };
      const reason = differenceOf(id, implementation);
      if (reason !== undefined) return { id, what, ended: 'differs', why: reason };
      return { id, what, ended: 'failed', why: tell(error) };
    }
  });
}

async function inTime(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`did not end within ${TIME_LIMIT_MS} ms`)), TIME_LIMIT_MS);
  });
  await Promise.race([work, limit]).finally(() => clearTimeout(timer));
}

function tell(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return text.replaceAll(/\s+/g, ' ').slice(0, 400);
}
