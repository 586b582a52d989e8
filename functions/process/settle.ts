import type { Build } from '../../lib/pipeline/build.ts';
import type { SourceVersion } from '../../lib/pipeline/log-row.ts';
import { keyBytes, MAX_KEY_BYTES } from '../../lib/pipeline/name.ts';
import { placesOf } from '../../lib/pipeline/plan.ts';
import type { Provenance } from '../../lib/store/provenance.ts';
import { requestBuild } from '../../lib/table/open-build.ts';
import type { Deps } from './deps.ts';
import type { Journal } from './journal.ts';

/**
 * Ends a build whose version is no longer the current one: takes its outputs back and, where another version is current whose
 * outputs they may have replaced, asks for that one's again.
 */
export async function endOutdated(
  deps: Deps,
  version: SourceVersion,
  journal: Journal,
  { mayHaveWritten }: { readonly mayHaveWritten: boolean },
): Promise<void> {
  const isDeleted = (await takeBack(deps, version, mayHaveWritten)) === undefined;
  await journal.write({
    status: 'FINISHED',
    event: 'finished',
    outputs: [],
    bytesIn: 0,
    bytesOut: 0,
    durationMs: journal.elapsedMs(),
    code: isDeleted ? 'DELETED' : 'SUPERSEDED',
    message: isDeleted
      ? `${version.key} was deleted before its outputs were done`
      : `A newer version of ${version.key} came before the outputs of this one were done`,
  });
}

/**
 * A message came again for a build that has ended. A worker that was frozen beyond its lease may have written after the end,
 * so the outputs of a version that is no longer current are taken back; an input that was to go goes.
 */
export async function settleEnded(deps: Deps, build: Build): Promise<void> {
  const { subject } = build;
  if (subject.kind !== 'upload' && subject.kind !== 'request') return;
  const { version } = subject;
  const current = await deps.input.current(version.key);
  if (build.end?.removesInput === true) {
    if (current?.versionId === version.versionId) await deps.input.remove(version.key, current.etag);
    return;
  }
  if (current?.versionId !== version.versionId) await takeBack(deps, version, false);
}

/** Removes what stands of a version, and builds the one that is current instead again if that may have lost something by it. */
async function takeBack(
  deps: Deps,
  version: SourceVersion,
  mayHaveWritten: boolean,
): Promise<string | undefined> {
  const removed = await removeOutputs(
    deps,
    version.key,
    ({ source }) => source.versionId === version.versionId,
  );
  const current = await deps.input.current(version.key);
  if (current === undefined) return undefined;
  if (removed > 0 || mayHaveWritten) await buildAgain(deps, { ...version, versionId: current.versionId });
  return current.versionId;
}

/** Asks for all outputs of a version again. */
export async function buildAgain(deps: Deps, version: SourceVersion): Promise<void> {
  await deps.queue.send(await requestBuild(deps, version, {}));
}

/** Removes the outputs of an image that a test picks, the kept derivations among them. Returns how many there were. */
export async function removeOutputs(
  { output }: Pick<Deps, 'output'>,
  key: string,
  isToGo: (provenance: Provenance) => boolean | Promise<boolean>,
): Promise<number> {
  let removed = 0;
  for await (const found of outputsOf(output, key)) {
    const standing = await output.head(found);
    const provenance = standing?.provenance;
    if (standing === undefined || provenance?.source.key !== key || !(await isToGo(provenance))) continue;
    await output.remove(standing);
    removed += 1;
  }
  return removed;
}

/** Keys under which outputs of an image may stand. Folders that are no derivations' belong to images with longer keys. */
async function* outputsOf(output: Deps['output'], key: string): AsyncIterable<string> {
  const { negated, folder } = placesOf(key);
  yield negated;
  if (keyBytes(folder) > MAX_KEY_BYTES) return;
  for await (const entry of output.list(folder)) {
    if (!entry.endsWith('/')) yield entry;
    else if (entry.startsWith(`${folder}~`)) yield* output.list(entry);
  }
}
