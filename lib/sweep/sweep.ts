import type { Build } from '../pipeline/build.ts';
import type { DeadLetters } from '../queue/dead-letters.ts';
import { asking, type Deps as FindDeps } from './deps.ts';
import { findStranded } from './find-stranded.ts';
import { tellDeadLetters } from './tell-dead-letters.ts';
import { type Limits, WALKS, type WalkName, walkOn } from './walks.ts';

export type Deps = FindDeps & { readonly deadLetters: Pick<DeadLetters, 'look' | 'putBack'> };

export interface Turn extends Limits {
  /** What is younger may be on its way. */
  readonly graceMs: number;
}

/** What one run has come to. A part that failed is told in `failures`, and says nothing else. */
export interface Swept {
  /** Builds that FAILED now, since their messages are dead letters. */
  readonly told: readonly Build[];
  readonly askedAgain: number;
  readonly oldestPendingMs: number | undefined;
  /** What was found in the buckets and asked for, by walk. */
  readonly lost: Readonly<Partial<Record<WalkName, number>>>;
  readonly failures: readonly unknown[];
}

/**
 * One run of the sweep: looks for work that nobody does, and asks for it. It makes no output and removes none, and what it asks for
 * twice is done once. What goes wrong with one part keeps no other from its turn.
 */
export async function sweep(deps: Deps, { graceMs, until, afresh }: Turn): Promise<Swept> {
  const failures: unknown[] = [];
  const part = async <T>(run: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await run();
    } catch (error) {
      failures.push(error);
      return undefined;
    }
  };
  const turn = { ask: asking(deps), before: deps.now() - graceMs, until, afresh };
  const told = await part(() => tellDeadLetters(deps, until));
  const stranded = await part(() => findStranded(deps, turn));
  const lost: Partial<Record<WalkName, number>> = {};
  for (const name of Object.keys(WALKS) as WalkName[]) {
    const walked = await part(() => walkOn(deps, name, turn));
    if (walked !== undefined) lost[name] = walked.found;
  }
  return {
    told: told ?? [],
    askedAgain: stranded?.found ?? 0,
    oldestPendingMs: stranded?.oldestPendingMs,
    lost,
    failures,
  };
}
