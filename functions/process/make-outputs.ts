import { createHash } from 'node:crypto';
import { DarkroomError } from '../../lib/error.ts';
import type { Build } from '../../lib/pipeline/build.ts';
import type { OutputRecord, SourceVersion, Subject } from '../../lib/pipeline/log-row.ts';
import { checkPlan, type PlannedOutput, planOutputs, recipeText } from '../../lib/pipeline/plan.ts';
import type { CurrentVersion } from '../../lib/store/input-bucket.ts';
import type { Deps, RenderedOutput } from './deps.ts';
import type { Journal } from './journal.ts';
import { buildAgain, endOutdated, removeOutputs } from './settle.ts';
import { writeOutputs } from './write-outputs.ts';

/**
 * Makes the outputs of one version of an image. The input bucket is asked at the beginning and again behind the last write
 * whether the version is still the current one: what was written in between for one that is not is taken back.
 */
export async function makeOutputs(
  deps: Deps,
  build: Build,
  subject: Extract<Subject, { kind: 'upload' | 'request' }>,
  journal: Journal,
): Promise<void> {
  const { version } = subject;
  const current = await deps.input.current(version.key);
  const mayHaveWritten = build.outputs.length > 0;
  if (current?.versionId !== version.versionId)
    return endOutdated(deps, version, journal, { mayHaveWritten });
  try {
    await makeOfCurrent(deps, build, subject, current, journal);
  } catch (error) {
    if (error instanceof DarkroomError) await removeOutputsOfOthers(deps, version);
    throw error;
  }
}

async function makeOfCurrent(
  deps: Deps,
  build: Build,
  subject: Extract<Subject, { kind: 'upload' | 'request' }>,
  current: CurrentVersion,
  journal: Journal,
): Promise<void> {
  const { version } = subject;
  if (version.key.endsWith('/') && current.bytes === 0)
    return skip(journal, `${version.key} is a folder, not an image`);
  const plan = planOutputs(subject);
  if (plan.length === 0) return skip(journal, `No pipeline applies to ${version.key}`);
  checkPlan(plan);
  checkSize(version.key, current.bytes, deps.maxSourceBytes);

  const source = await deps.input.read(version);
  if (source === undefined) {
    return endOutdated(deps, version, journal, { mayHaveWritten: build.outputs.length > 0 });
  }
  const sourceSha256 = sha256(source);
  await journal.write({ status: 'BUILDING', event: 'rendering', bytesIn: source.length, sourceSha256 });

  const rendered = await deps.render(source, plan);
  const records = plan.map((output, i) => recordOf(output, pick(rendered, i)));
  await journal.write({
    status: 'CONVERTING',
    event: 'writing',
    outputs: records,
    durationMs: journal.elapsedMs(),
  });

  const written = records.map((record, i) => ({
    key: record.key,
    body: pick(rendered, i).bytes,
    contentType: record.contentType,
    provenance: { source: version, sourceSha256, build: build.id, ...record },
  }));
  if (await writeOutputs(deps, written)) await removeStale(deps, version);

  const after = await deps.input.current(version.key);
  if (after?.versionId !== version.versionId)
    return endOutdated(deps, version, journal, { mayHaveWritten: true });
  await journal.write({
    status: 'FINISHED',
    event: 'finished',
    outputs: records,
    durationMs: journal.elapsedMs(),
    bytesIn: source.length,
    bytesOut: records.reduce((sum, { bytes }) => sum + bytes, 0),
    ...(deps.deleteInput && { removesInput: true }),
  });
  if (deps.deleteInput) await deps.input.remove(version.key, after.etag);
}

/**
 * What is no picture has no outputs: those of the version before are no longer the truth about this key. A version that came in the
 * meantime may lose its own by it, and is built again.
 */
async function removeOutputsOfOthers(deps: Deps, version: SourceVersion): Promise<void> {
  const isCurrent = async () => (await deps.input.current(version.key))?.versionId === version.versionId;
  if (!(await isCurrent())) return;
  const removed = await removeStale(deps, version);
  if (removed === 0 || (await isCurrent())) return;
  const current = await deps.input.current(version.key);
  if (current !== undefined) await buildAgain(deps, { ...version, versionId: current.versionId });
}

async function removeStale(deps: Deps, { key, versionId }: SourceVersion): Promise<number> {
  return removeOutputs(deps, key, ({ source }) => source.versionId !== versionId);
}

async function skip(journal: Journal, message: string): Promise<void> {
  const nothing = { outputs: [], bytesIn: 0, bytesOut: 0 };
  const durationMs = journal.elapsedMs();
  await journal.write({
    status: 'FINISHED',
    event: 'finished',
    ...nothing,
    durationMs,
    code: 'SKIPPED',
    message,
  });
}

function checkSize(key: SourceVersion['key'], bytes: number, maxBytes: number): void {
  if (bytes === 0) {
    throw new DarkroomError(
      'EMPTY_OBJECT',
      `${key} is empty: upload it again, and check that the upload was complete`,
    );
  }
  if (bytes > maxBytes) {
    throw new DarkroomError(
      'SOURCE_TOO_LARGE',
      `${key} has ${bytes} bytes and Darkroom reads at most ${maxBytes}`,
    );
  }
}

function recordOf(
  output: PlannedOutput,
  { bytes, contentType, width, height }: RenderedOutput,
): OutputRecord {
  const { name, key, pipeline } = output;
  const recipe = recipeText(output);
  return {
    name,
    key,
    sha256: sha256(bytes),
    bytes: bytes.length,
    contentType,
    width,
    height,
    recipe,
    pipeline,
  };
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function pick<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined)
    throw new Error(`The renderer gave ${list.length} pictures, and the one at ${index} is missing`);
  return item;
}
