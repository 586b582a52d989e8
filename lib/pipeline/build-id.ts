import { createHash } from 'node:crypto';
import type { Cleared, RequestedWork, SourceVersion } from './log-row.ts';

/**
 * Ids are hashes of what a build is about, so that the same piece of work has the same id wherever and however often it is
 * announced. 32 hex digits: 128 bits of SHA-256.
 */
function idOf(...parts: readonly (string | number)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}

/** The one build of a version that arrived in the input bucket. */
export function uploadBuildId({ bucket, key, versionId }: SourceVersion): string {
  return idOf('upload', bucket, key, versionId);
}

/** The n-th build asked for of one version; `n` grows once the one before has ended, so an equal request in flight has the same id. */
export function requestBuildId(
  { bucket, key, versionId }: SourceVersion,
  { pipeline = '', step = '', recipe = '', force = false }: RequestedWork,
  n: number,
): string {
  return idOf(force ? 'forced' : 'request', bucket, key, versionId, pipeline, step, recipe, n);
}

/**
 * The build that lets the outputs follow a removal. `versionId` is the delete marker's or the removed version's; the event tells a marker that
 * was put from the same one that was taken away.
 */
export function removalBuildId({ bucket, key, versionId }: SourceVersion, eventName: string): string {
  return idOf('removal', bucket, key, versionId, eventName);
}

/** The n-th deleting of many that was asked for in these words; `n` grows as it does for a request. */
export function clearanceBuildId({ bucket, prefix, purge }: Cleared, n: number): string {
  return idOf('clearance', bucket, prefix, String(purge), n);
}

export function malformedBuildId(body: string): string {
  return idOf('malformed', body);
}

/** Hash of a source version as keys of kept derivations carry it: 16 hex digits. */
export function versionHash({ bucket, key, versionId }: SourceVersion): string {
  return idOf('version', bucket, key, versionId).slice(0, 16);
}
