import { type Build, follow } from '../pipeline/build.ts';
import type { EndCode } from '../pipeline/log-row.ts';
import { type Entry, nextRow } from '../table/next-row.ts';
import type { Deps } from './deps.ts';

/** Somebody else wrote the next row of the build that this worker thought was its own: it stops, and touches nothing more. */
export class LostClaim extends Error {
  constructor(build: string) {
    super(`Build ${build} was taken over`);
    this.name = 'LostClaim';
  }
}

/** The log of one build as its worker writes it. */
export interface Journal {
  /** Milliseconds since the work began. */
  readonly elapsedMs: () => number;
  /** Writes the next row. Throws LostClaim when another worker was quicker. */
  readonly write: (entry: Entry) => Promise<void>;
  /** Names who asked for the build, which its first row does not. */
  readonly name: (owner: string) => Promise<void>;
  /** The build by the rows that were written so far. */
  readonly build: () => Build;
}

/** `claimed` as the claim left it that this worker wrote: the journal goes on behind that row. */
export function openJournal(deps: Pick<Deps, 'log' | 'now' | 'newId'>, claimed: Build): Journal {
  const startedAt = deps.now();
  let build = claimed;
  return {
    elapsedMs: () => deps.now() - startedAt,
    build: () => build,
    async name(owner) {
      await deps.log.nameOwner(build.id, owner);
      build = { ...build, owner };
    },
    async write(entry) {
      const row = nextRow(deps, build, entry);
      if (!(await deps.log.append(row))) throw new LostClaim(build.id);
      build = follow(build, row);
    },
  };
}

/** Ends a build that has no outputs: there was nothing to do, or no longer. */
export async function endWithout(journal: Journal, code: EndCode, message: string): Promise<void> {
  const nothing = { outputs: [], bytesIn: 0, bytesOut: 0, durationMs: journal.elapsedMs() };
  await journal.write({ status: 'FINISHED', event: 'finished', ...nothing, code, message });
}
