import { inParallel } from '../in-parallel.ts';
import type { Cleared, Clearing } from '../pipeline/log-row.ts';
import type { InputVersions, VersionPage } from '../store/input-versions.ts';
import { type RemovalDeps, removeImage } from './remove-image.ts';

/** What it takes to delete many. */
export interface ClearDeps extends RemovalDeps {
  readonly versions: Pick<InputVersions, 'page' | 'hide' | 'purge'>;
}

export interface Clearance extends Cleared {
  /** Who asked for it. */
  readonly owner: string;
}

export interface ClearTurn {
  /** When no further stretch of keys is begun, in milliseconds since 1970. */
  readonly until: number;
  /** Told of each stretch before it is begun: it throws where somebody else goes on with the clearance. */
  readonly note: (clearing: Clearing) => Promise<void>;
}

export interface SoFar {
  readonly clearing: Clearing;
  readonly isDone: boolean;
}

/** Keys that are removed before the clock is looked at, and how many of them at once. */
const STRETCH = 200;
const WIDTH = 16;

/**
 * Deletes the images under a prefix that were uploaded before a moment, in the order of their keys, from where it was left until the time is up.
 * What is deleted is listed no more, so nothing is done twice; what came since stays.
 */
export async function clearImages(
  deps: ClearDeps,
  clearance: Clearance,
  left: Clearing,
  { until, note }: ClearTurn,
): Promise<SoFar> {
  const removal = { ...clearance, before: new Date(left.before) };
  let clearing = await withStretch(deps, clearance, left);
  for (;;) {
    const page = await deps.versions.page(clearance.prefix, placeBehind(clearing.after));
    const keys = keysToGo(page, removal);
    for (let from = 0; from < keys.length; from += STRETCH) {
      if (deps.now() >= until) return { clearing, isDone: false };
      const stretch = keys.slice(from, from + STRETCH);
      const upTo = stretch.at(-1) ?? '';
      await note({ ...clearing, stretch: { upTo, images: stretch.length } });
      const removed = await inParallel(stretch, WIDTH, (key) => removeImage(deps, key, removal));
      clearing = behind(clearing, upTo, removed.filter(Boolean).length);
    }
    if (page.next === undefined) return { clearing, isDone: true };
    clearing = behind(clearing, page.next.key, 0);
    if (deps.now() >= until) return { clearing, isDone: false };
  }
}

/**
 * Keys of a page under which something has to go, in the bucket's order: of a key without `purge` only what it is now. With it also the
 * one that the page ends in, whose older versions may lie behind it.
 */
function keysToGo(
  { versions, next }: VersionPage,
  { before, purge }: { readonly before: Date; readonly purge: boolean },
): readonly string[] {
  const toGo = versions.filter(
    ({ since, isLatest, isMarker }) => since < before && (purge || (isLatest && !isMarker)),
  );
  const last = purge && next !== undefined ? [next.key] : [];
  return [...new Set([...toGo.map(({ key }) => key), ...last])].toSorted(byBytes);
}

/** With the newest version of a key on a page, the rest of them is of no matter. */
function placeBehind(key: string): { readonly key: string } | undefined {
  return key === '' ? undefined : { key };
}

function behind({ before, deleted }: Clearing, after: string, more: number): Clearing {
  return { before, after, deleted: deleted + more, tries: 0 };
}

/** Counts what somebody who died had deleted of the stretch in hand: what is left of it is still listed. */
async function withStretch(deps: ClearDeps, { prefix, purge }: Cleared, left: Clearing): Promise<Clearing> {
  const { stretch, ...clearing } = left;
  if (stretch === undefined) return clearing;
  const before = new Date(left.before);
  let [remaining, after] = [0, left.after];
  for (let isBeyond = false; !isBeyond; ) {
    const page = await deps.versions.page(prefix, placeBehind(after));
    const left = keysToGo(page, { before, purge }).filter((key) => byBytes(key, stretch.upTo) <= 0);
    remaining += left.length;
    after = page.next?.key ?? after;
    isBeyond = page.next === undefined || byBytes(after, stretch.upTo) >= 0;
  }
  return { ...clearing, deleted: clearing.deleted + Math.max(0, stretch.images - remaining) };
}

/** As S3 orders keys: by the bytes of their UTF-8. */
function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
