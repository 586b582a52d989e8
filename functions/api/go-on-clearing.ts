import type { Announcement } from '../../lib/build/deps.ts';
import { type ClearanceDeps, type ClearanceTurn, runClearance } from '../../lib/build/run-clearance.ts';
import type { Logger } from '../../lib/logger.ts';
import type { Clearances, ListedClearance } from '../../lib/table/clearances.ts';

/** What is worked for of this function's time: what it has begun then has to come to its end, and to be told. */
const SHARE = 0.7;
/** What is listed is opened within seconds, or whoever listed it died. */
const OPENED_MS = 10 * 60_000;

/** What it takes to go on with what requests left to be deleted. */
export interface ClearingDeps extends ClearanceDeps {
  readonly clearances: Pick<Clearances, 'all' | 'remove'>;
  readonly announce: (announcement: Announcement) => Promise<void>;
  readonly logger: Logger;
}

/**
 * Goes on with all that requests left to be deleted, one clearance behind the other, the oldest first. One that fails keeps no other from its turn.
 * Throws an Error at the end if any did.
 */
export async function goOnClearing(deps: ClearingDeps, remainingMs: number): Promise<void> {
  const turn = { deadline: deps.now() + remainingMs, until: deps.now() + SHARE * remainingMs };
  let failures = 0;
  for (const listed of await deps.clearances.all()) {
    if (deps.now() >= turn.until) break;
    try {
      await goOn(deps, listed, turn);
    } catch (error) {
      failures += 1;
      deps.logger('error', 'a clearance failed: it goes on in a minute', { build: listed.id, error });
    }
  }
  // Known as an error to whoever counts them.
  if (failures > 0) throw new Error(`${failures} clearances failed`);
}

/** One that has ended is told of, and looked at no more; so is one that nobody opened. */
async function goOn(deps: ClearingDeps, listed: ListedClearance, turn: ClearanceTurn): Promise<void> {
  const ended = await runClearance(deps, listed.id, turn);
  if (ended !== undefined) await deps.announce(ended);
  else if (deps.now() < listed.listedMs + OPENED_MS) return;
  else if ((await deps.log.last(listed.id)) !== undefined) return;
  await deps.clearances.remove(listed);
}
