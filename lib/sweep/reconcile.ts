import type { Ask, Deps } from './deps.ts';
import { type Stepped, WALKS, type WalkName } from './walks.ts';

export interface Reconciling {
  /** Images whose keys do not begin with it are left out. */
  readonly prefix: string;
  /** What is younger may be on its way: milliseconds since 1970. */
  readonly before: number;
  readonly ask: Ask;
  /** Told behind each page of what the walk has seen and found so far. */
  readonly onPage: (walk: WalkName, so: Omit<Stepped, 'next'>) => void;
}

/** All walks of the sweep from their beginnings to their ends, beside those that are under way. Returns what each has seen and found. */
export async function reconcile(
  deps: Deps,
  { prefix, before, ask, onPage }: Reconciling,
): Promise<Readonly<Record<WalkName, Omit<Stepped, 'next'>>>> {
  const none = { seen: 0, found: 0 };
  const all: Record<WalkName, Omit<Stepped, 'next'>> = { unannounced: none, unmade: none, orphans: none };
  for (const name of Object.keys(WALKS) as WalkName[]) {
    let after: unknown;
    do {
      const { seen, found, next } = await WALKS[name].step(deps, { prefix, after, before, ask });
      all[name] = { seen: all[name].seen + seen, found: all[name].found + found };
      onPage(name, all[name]);
      after = next;
    } while (after !== undefined);
  }
  return all;
}
