import { removalBuildId } from '../pipeline/build-id.ts';
import type { InputBucket } from '../store/input-bucket.ts';
import type { InputVersions } from '../store/input-versions.ts';
import type { BuildLog } from '../table/build-log.ts';
import type { Facts } from '../table/facts.ts';
import type { Clock } from '../table/next-row.ts';
import { openBuild } from '../table/open-build.ts';

/** What it takes to delete uploads. */
export interface RemovalDeps extends Clock {
  readonly input: Pick<InputBucket, 'name' | 'current' | 'remove'>;
  readonly versions: Pick<InputVersions, 'hide' | 'purge'>;
  readonly log: BuildLog;
  readonly facts: Pick<Facts, 'mark' | 'forget'>;
}

export interface Removal {
  /** Who asked for it. */
  readonly owner: string;
  /** Every version, for good. */
  readonly purge: boolean;
  /**
   * What came then or later stays, by the bucket's clock.
   * @default nothing does
   */
  readonly before?: Date;
}

/** What S3 says when a delete marker is put on a key, and so what names the build that lets the outputs follow. */
const MARKED = 'ObjectRemoved:DeleteMarkerCreated';

/**
 * Hides an image behind a delete marker, opens the removal's build in the name of who asked for it, and forgets what was kept with it.
 * Returns whether anything went.
 */
export async function removeImage(
  deps: RemovalDeps,
  key: string,
  { owner, purge, before }: Removal,
): Promise<boolean> {
  const seen = await deps.facts.mark(key);
  const marker = await (before === undefined ? deps.versions.hide(key) : hideOlder(deps, key, before));
  if (marker !== undefined) {
    const version = { bucket: deps.input.name, key, versionId: marker };
    await openBuild(
      deps,
      removalBuildId(version, MARKED),
      'removed',
      { kind: 'removal', version },
      { owner },
    );
    await deps.facts.forget(key, seen);
  }
  if (!purge) return marker !== undefined;
  const purged = await deps.versions.purge(
    key,
    ({ versionId, since }) => before === undefined || since < before || versionId === marker,
  );
  return purged > 0;
}

/** How often an image may change under one removal before that is a fault. */
const MAX_CHANGES = 5;

/**
 * Hides what was uploaded before a moment. The marker goes by the ETag, so that what is uploaded meanwhile is left alone; only the same
 * bytes, put between the two calls, would be hidden, and can be restored.
 */
async function hideOlder(
  { input }: Pick<RemovalDeps, 'input'>,
  key: string,
  before: Date,
): Promise<string | undefined> {
  for (let changes = 0; changes < MAX_CHANGES; changes += 1) {
    const current = await input.current(key);
    if (current === undefined || current.lastModified >= before) return undefined;
    const marker = await input.remove(key, current.etag);
    if (marker !== undefined) return marker;
  }
  throw new Error(`${key} changed ${MAX_CHANGES} times while it was being deleted`);
}
