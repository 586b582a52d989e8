import type { Build } from '../pipeline/build.ts';
import type { SourceVersion } from '../pipeline/log-row.ts';
import { derivationsOf, placesOf } from '../pipeline/plan.ts';
import type { Provenance } from '../store/provenance.ts';
import { requestOf } from '../table/open-build.ts';
import type { Deps } from './deps.ts';
import { endWithout, type Journal } from './journal.ts';

/**
 * Ends a build whose version is no longer the current one: takes its outputs back and, where another version is current whose
 * outputs they may have replaced, asks for that one's again.
 */
export async function endOutdated(
  deps: Deps,
  version: SourceVersion,
  journal: Journal,
  mayHaveWritten: boolean,
): Promise<void> {
  const isDeleted = (await takeBack(deps, version, mayHaveWritten)) === undefined;
  if (isDeleted)
    return endWithout(journal, 'DELETED', `${version.key} was deleted before its outputs were done`);
  const message = `A newer version of ${version.key} came before the outputs of this one were done`;
  return endWithout(journal, 'SUPERSEDED', message);
}

/**
 * A message came again for a build that has ended. A worker that was frozen beyond its lease may have written after the end,
 * so the outputs of a version that is no longer current are taken back; an input that was to go goes. An upload that was cancelled has no
 * outputs, and so leaves none of an older version.
 */
export async function settleEnded(deps: Deps, build: Build): Promise<void> {
  const { subject } = build;
  if (subject.kind !== 'upload' && subject.kind !== 'request') return;
  const { version } = subject;
  const current = await deps.input.current(version.key);
  if (build.end?.removesInput === true) {
    if (current?.versionId === version.versionId) await removeInput(deps, version, current.etag);
    return;
  }
  if (current?.versionId !== version.versionId) await takeBack(deps, version, false);
  else if (subject.kind === 'upload' && build.code === 'CANCELLED') await removeStale(deps, version);
}

/**
 * Takes back what was written of a version that is not current. Where another one is, that one's outputs are asked for again: they
 * overwrite these, and nothing has to be removed meanwhile. Where none is, the outputs go. Returns the current version's id.
 */
async function takeBack(
  deps: Deps,
  version: SourceVersion,
  mayHaveWritten: boolean,
): Promise<string | undefined> {
  const isOfVersion = ({ source }: Provenance): boolean => source.versionId === version.versionId;
  const before = await deps.input.current(version.key);
  if (before === undefined) await removeOrphans(deps, version);
  else if (before.versionId !== version.versionId) await removeDerivations(deps, version);
  const current = before ?? (await deps.input.current(version.key));
  if (current === undefined) return undefined;
  const isTouched =
    mayHaveWritten || before === undefined || (await anyOutput(deps, version.key, isOfVersion));
  if (isTouched) await buildAgain(deps, { ...version, versionId: current.versionId });
  return current.versionId;
}

/** Removes the input of a version whose outputs and log are durable. Its removal removes nothing. */
export async function removeInput(deps: Deps, version: SourceVersion, etag: string): Promise<void> {
  await deps.log.markInputRemoved(version);
  await deps.input.remove(version.key, etag);
}

/** Removes the outputs of a key that has no object, but for those of a version that Darkroom took away itself. */
export function removeOrphans(
  deps: Deps,
  { bucket, key }: Pick<SourceVersion, 'bucket' | 'key'>,
): Promise<number> {
  return removeOutputs(
    deps,
    key,
    async ({ source }) => !(await deps.log.isInputRemoved({ bucket, ...source })),
  );
}

/** Removes what stands of other versions than this one. Returns how many outputs there were. */
export function removeStale(deps: Deps, { key, versionId }: SourceVersion): Promise<number> {
  return removeOutputs(deps, key, ({ source }) => source.versionId !== versionId);
}

/** Removes what was derived of a version that is not current: it lies where only this version's derivations lie. */
async function removeDerivations({ output }: Pick<Deps, 'output'>, version: SourceVersion): Promise<void> {
  for await (const key of output.list(derivationsOf(version))) {
    const standing = await output.head(key);
    if (standing?.provenance?.source.versionId === version.versionId) await output.remove(standing);
  }
}

/**
 * Removes all outputs under the key of a version that has none: what is no picture leaves no picture of an older version either. A
 * version that came in the meantime may lose its own by it, and is built again.
 */
export async function removeAll(deps: Deps, version: SourceVersion): Promise<void> {
  const before = await deps.input.current(version.key);
  if (before?.versionId !== version.versionId) return;
  const removed = await removeOutputs(deps, version.key, () => true);
  const after = await deps.input.current(version.key);
  if (removed > 0 && after !== undefined && after.versionId !== version.versionId) {
    await buildAgain(deps, { ...version, versionId: after.versionId });
  }
}

/** Asks for all outputs of a version again. */
export async function buildAgain(deps: Deps, version: SourceVersion): Promise<void> {
  const { id, subject } = await requestOf(deps, version, { force: true });
  await deps.queue.send(id, subject);
}

/** Removes the outputs of an image that a test picks, the kept derivations among them. Returns how many there were. */
export async function removeOutputs(
  deps: Pick<Deps, 'output'>,
  key: string,
  isToGo: (provenance: Provenance) => boolean | Promise<boolean>,
): Promise<number> {
  let removed = 0;
  for await (const { standing, provenance } of outputsOf(deps, key)) {
    if (!(await isToGo(provenance))) continue;
    await deps.output.remove(standing);
    removed += 1;
  }
  return removed;
}

async function anyOutput(
  deps: Pick<Deps, 'output'>,
  key: string,
  is: (provenance: Provenance) => boolean,
): Promise<boolean> {
  for await (const { provenance } of outputsOf(deps, key)) if (is(provenance)) return true;
  return false;
}

async function* outputsOf({ output }: Pick<Deps, 'output'>, key: string) {
  for await (const place of placesWithOutputs(output, key)) {
    const standing = await output.head(place);
    const provenance = standing?.provenance;
    if (standing !== undefined && provenance?.source.key === key) yield { standing, provenance };
  }
}

/** Keys under which outputs of an image may stand. Folders that are no derivations' belong to images with longer keys. */
async function* placesWithOutputs(output: Deps['output'], key: string): AsyncIterable<string> {
  const { negated, folder } = placesOf(key);
  yield negated;
  for await (const entry of output.list(folder)) {
    if (!entry.endsWith('/')) yield entry;
    else if (entry.startsWith(`${folder}~`)) yield* output.list(entry);
  }
}
