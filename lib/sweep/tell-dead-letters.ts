import { endExhausted } from '../build/end-exhausted.ts';
import { inParallel } from '../in-parallel.ts';
import type { Build } from '../pipeline/build.ts';
import { parseWork } from '../pipeline/work.ts';
import type { DeadLetter, DeadLetters } from '../queue/dead-letters.ts';
import type { Deps } from './deps.ts';

/** Messages of one run: several thousand dead letters are told a share a minute. */
const MAX_LETTERS = 1_000;
/** Nobody else sees a message while it is looked at. */
const HIDE_SECONDS = 45;
/** Messages that are told at once. */
const WIDTH = 8;

const REASON = 'whoever worked on it was stopped each time, or could not tell why it failed';

/**
 * Sees to it that each dead letter has a build that FAILED: the function that should have told may have been killed each time. The
 * messages stay where they are. Returns the builds that are told of now.
 */
export async function tellDeadLetters(
  deps: Pick<Deps, 'log' | 'now' | 'newId' | 'runtime' | 'announce'> & {
    readonly deadLetters: Pick<DeadLetters, 'look' | 'putBack'>;
  },
  until: number,
): Promise<readonly Build[]> {
  const seen: DeadLetter[] = [];
  const told: Build[] = [];
  try {
    while (seen.length < MAX_LETTERS && deps.now() < until) {
      const letters = await deps.deadLetters.look(HIDE_SECONDS);
      if (letters.length === 0) break;
      seen.push(...letters);
      const works = letters.flatMap(({ body }) => parseWork(body));
      const ended = await inParallel(works, WIDTH, (work) => endExhausted(deps, work, REASON));
      const builds = ended.filter((build) => build !== undefined);
      await inParallel(builds, WIDTH, async (build) => deps.announce?.({ build, isNew: true }));
      told.push(...builds);
    }
  } finally {
    await deps.deadLetters.putBack(seen);
  }
  return told;
}
