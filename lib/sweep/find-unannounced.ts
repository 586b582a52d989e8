import { inParallel } from '../in-parallel.ts';
import { removalBuildId, uploadBuildId } from '../pipeline/build-id.ts';
import type { ListedVersion, Place as VersionPlace } from '../store/input-versions.ts';
import type { Deps, Found } from './deps.ts';
import type { Place, Stepped } from './walks.ts';

/** Builds that are opened at once. */
const WIDTH = 16;

/**
 * Finds what the bucket has and the log knows nothing of: a version without its upload build, a delete marker on top without its
 * removal build. Their events were lost, or the bucket had them before it told anybody.
 */
export async function findUnannounced(deps: Deps, { prefix, after, before, ask }: Place): Promise<Stepped> {
  const { versions, next } = await deps.versions.page(prefix, after as VersionPlace | undefined);
  const due = versions
    .filter(({ isMarker, isLatest, since }) => (isLatest || !isMarker) && since.getTime() < before)
    .map((version) => announcementOf(deps.input.name, version));
  const known = await deps.opened(due.map(({ id }) => id));
  const missing = due.filter(({ id }) => !known.has(id));
  await inParallel(missing, WIDTH, ask);
  return { seen: versions.length, found: missing.length, next };
}

/** The work that the event would have asked for. */
function announcementOf(bucket: string, { key, versionId, isMarker }: ListedVersion): Found {
  const version = { bucket, key, versionId };
  if (!isMarker) {
    const subject = { kind: 'upload', version } as const;
    return { kind: 'open', id: uploadBuildId(version), event: 'uploaded', subject, by: {} };
  }
  const id = removalBuildId(version, 'ObjectRemoved:DeleteMarkerCreated');
  return { kind: 'open', id, event: 'removed', subject: { kind: 'removal', version }, by: {} };
}
