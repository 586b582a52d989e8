import { fold, hasEnded } from '../../../lib/pipeline/build.ts';
import { parseWork } from '../../../lib/pipeline/work.ts';
import { type Swept, sweep } from '../../../lib/sweep/sweep.ts';
import type { Scheduler } from './scheduler.ts';
import { sweepDepsFor } from './sweep-world.ts';
import type { World } from './world.ts';

/** A worker is done, or dead, before its sweep takes its work for lost. */
const GRACE_MS = 20_000;
const TIMEOUT_MS = 50_000;

/** The sweeps of a simulated world: workers like any others, which may be killed at any call. */
export function createSweeps(world: World, scheduler: Scheduler) {
  let last: Swept | undefined;
  function run(): Promise<Swept> {
    const until = world.now() + TIMEOUT_MS;
    return new Promise((resolve) => {
      scheduler.start(until, async (worker) => {
        resolve(
          await sweep(sweepDepsFor(world, scheduler, worker), { graceMs: GRACE_MS, until, afresh: false }),
        );
      });
    });
  }
  return {
    /** One amid the others' work. */
    start(): void {
      void run();
    },
    /** One when all is quiet: what it finds is the answer of `foundNothing`. */
    async startLast(): Promise<void> {
      last = undefined;
      last = await run();
    },
    /** Whether it came to its end and had nothing to ask for. */
    foundNothing(): boolean {
      if (last === undefined || last.failures.length > 0 || last.told.length > 0) return false;
      return last.askedAgain === 0 && Object.values(last.lost).every((found) => found === 0);
    },
    /** Throws unless the build of each dead letter has ended. */
    checkDeadLetters(): void {
      for (const { body } of world.deadLetters) {
        for (const { id } of parseWork(body)) {
          const build = fold(world.log.get(id) ?? []);
          if (build === undefined || !hasEnded(build))
            throw new Error(`The build ${id} of a dead letter is ${build?.status ?? 'not there'}`);
        }
      }
      last = undefined;
    },
  };
}
