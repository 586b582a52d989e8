import type { Ask, Deps } from './deps.ts';
import { findOrphans } from './find-orphans.ts';
import { findUnannounced } from './find-unannounced.ts';
import { findUnmade } from './find-unmade.ts';

/** One page of a bucket, compared with what should be. */
export type Step = (deps: Deps, place: Place) => Promise<Stepped>;

export interface Place {
  /** Keys that do not begin with it are left out. */
  readonly prefix: string;
  /** What the step before gave as `next`. */
  readonly after: unknown;
  /** What is younger may be on its way: milliseconds since 1970. */
  readonly before: number;
  readonly ask: Ask;
}

export interface Stepped {
  /** What was looked at, and what was missing of it. */
  readonly seen: number;
  readonly found: number;
  /** Undefined at the end of the bucket. */
  readonly next?: unknown;
}

/**
 * The walks through the buckets, each from their first key to their last. `pages` of 1,000 are looked at in one run of the sweep, so its
 * cost has a bound; `everyMs` lies between the beginnings of two walks, at least.
 */
export const WALKS = {
  /** Uploads and removals of which no event came. A page is two or three reads, so all of it is looked at again and again. */
  unannounced: { step: findUnannounced, pages: 5, everyMs: 5 * 60_000 },
  /** Uploads whose outputs are not theirs. It costs two calls an image: it takes its time. */
  unmade: { step: findUnmade, pages: 1, everyMs: 3_600_000 },
  /** Outputs whose image is gone, with all its versions. The same holds. */
  orphans: { step: findOrphans, pages: 1, everyMs: 3_600_000 },
} as const satisfies Record<string, { step: Step; pages: number; everyMs: number }>;

export type WalkName = keyof typeof WALKS;

export interface Limits {
  /** When nothing more is begun, in milliseconds since 1970. */
  readonly until: number;
  /** Whether the walk begins anew, be it under way or at rest. */
  readonly afresh: boolean;
}

/** Takes a walk on for a run of the sweep, from where the last one left it. */
export async function walkOn(
  deps: Deps,
  name: WalkName,
  { ask, before, until, afresh }: Pick<Place, 'ask' | 'before'> & Limits,
): Promise<Omit<Stepped, 'next'>> {
  const { step, pages, everyMs } = WALKS[name];
  if (deps.now() >= until) return { seen: 0, found: 0 };
  const kept = afresh ? undefined : ((await deps.state.load(name)) as Progress | undefined);
  let { begunMs, after } = kept ?? { begunMs: 0 };
  if (after === undefined && deps.now() < begunMs + everyMs) return { seen: 0, found: 0 };
  if (after === undefined) begunMs = deps.now();
  let [seen, found] = [0, 0];
  for (let page = 0; page < pages && deps.now() < until; page += 1) {
    const stepped = await step(deps, { prefix: '', after, before, ask });
    seen += stepped.seen;
    found += stepped.found;
    after = stepped.next;
    if (after === undefined) break;
  }
  await deps.state.save(name, { begunMs, after } satisfies Progress);
  return { seen, found };
}

/** What is kept of a walk; only this module keeps it. Without `after` it is done. */
interface Progress {
  readonly begunMs: number;
  readonly after?: unknown;
}
