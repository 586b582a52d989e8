import { createHash } from 'node:crypto';
import { DarkroomError } from '../error.ts';
import type { Build } from '../pipeline/build.ts';
import type { OutputRecord, SourceVersion, Subject } from '../pipeline/log-row.ts';
import { checkPlan, type PlannedOutput, planOutputs, recipeText } from '../pipeline/plan.ts';
import type { CurrentVersion } from '../store/input-bucket.ts';
import type { NewOutput } from '../store/output-bucket.ts';
import type { Deps, RenderedOutput } from './deps.ts';
import { endWithout, type Journal } from './journal.ts';
import { endOutdated, removeAll, removeInput, removeStale } from './settle.ts';
import { writeOutputs } from './write-outputs.ts';

/** A build of outputs in the hands of the worker that claimed it, as it was before the claim. */
export interface OutputBuild extends Build {
  readonly subject: Extract<Subject, { kind: 'upload' | 'request' }>;
  /** Why it is not tried again. */
  readonly givenUp: DarkroomError | undefined;
}

/**
 * Makes the outputs of one version of an image. The input bucket is asked at the beginning and again behind the last write
 * whether the version is still the current one: what was written in between for one that is not is taken back.
 */
export async function makeOutputs(deps: Deps, build: OutputBuild, journal: Journal): Promise<void> {
  const { version } = build.subject;
  const mayHaveWritten = build.outputs.length > 0;
  const current = await deps.input.current(version.key);
  if (current?.versionId !== version.versionId) return endOutdated(deps, version, journal, mayHaveWritten);
  try {
    await makeOfCurrent(deps, build, current, journal);
  } catch (error) {
    if (error instanceof DarkroomError && isWhole(build.subject)) await removeAll(deps, version);
    throw error;
  }
}

async function makeOfCurrent(
  deps: Deps,
  build: OutputBuild,
  current: CurrentVersion,
  journal: Journal,
): Promise<void> {
  const { version } = build.subject;
  const plan = planOutputs(build.subject);
  const skipped = whySkipped(version.key, current.bytes, plan);
  if (skipped !== undefined) return endWithout(journal, 'SKIPPED', skipped);
  checkPlan(plan);
  checkSize(version.key, current.bytes, deps.maxSourceBytes);
  if (build.givenUp !== undefined) throw build.givenUp;

  const source = await deps.input.read(version);
  if (source === undefined) return endOutdated(deps, version, journal, build.outputs.length > 0);
  const bytesIn = source.length;
  const sourceSha256 = sha256(source);
  await journal.write({ status: 'BUILDING', event: 'rendering', bytesIn, sourceSha256 });

  const rendered = await deps.render(source, plan);
  const made = plan.map((planned, i) =>
    newOutput(planned, rendered[i], { version, sourceSha256, build: build.id }),
  );
  const outputs = made.map(({ record }) => record);
  await journal.write({ status: 'CONVERTING', event: 'writing', outputs, durationMs: journal.elapsedMs() });

  const replaced = await writeOutputs(deps, made);
  if (replaced) await removeStale(deps, version);
  const after = await deps.input.current(version.key);
  if (after?.versionId !== version.versionId) return endOutdated(deps, version, journal, true);

  const bytesOut = outputs.reduce((sum, { bytes }) => sum + bytes, 0);
  const facts = { outputs, bytesIn, bytesOut, durationMs: journal.elapsedMs() };
  const removesInput = deps.deleteInput && isWhole(build.subject);
  await journal.write({
    status: 'FINISHED',
    event: 'finished',
    ...facts,
    ...(removesInput && { removesInput }),
  });
  if (removesInput) await removeInput(deps, version, after.etag);
}

/** Whether a build is of all outputs of its version: then there are no others beside them. */
function isWhole(subject: OutputBuild['subject']): boolean {
  return subject.kind === 'upload' || (subject.pipeline ?? subject.step ?? subject.recipe) === undefined;
}

function whySkipped(key: string, bytes: number, plan: readonly PlannedOutput[]): string | undefined {
  if (key.endsWith('/') && bytes === 0) return `${key} is a folder, not an image`;
  return plan.length === 0 ? `No pipeline applies to ${key}` : undefined;
}

function checkSize(key: string, bytes: number, maxBytes: number): void {
  if (bytes === 0) throw new DarkroomError('EMPTY_OBJECT', `${key} is empty: upload it again, whole`);
  if (bytes <= maxBytes) return;
  throw new DarkroomError(
    'SOURCE_TOO_LARGE',
    `${key} has ${bytes} bytes, and Darkroom reads at most ${maxBytes}`,
  );
}

function newOutput(
  planned: PlannedOutput,
  rendered: RenderedOutput | undefined,
  from: { readonly version: SourceVersion; readonly sourceSha256: string; readonly build: string },
): NewOutput & { readonly record: OutputRecord } {
  if (rendered === undefined) throw new Error(`The renderer made no picture for ${planned.key}`);
  const { bytes: body, contentType, width, height } = rendered;
  const { name, key, pipeline } = planned;
  const facts = { sha256: sha256(body), recipe: recipeText(planned), pipeline };
  const provenance = { source: from.version, sourceSha256: from.sourceSha256, build: from.build, ...facts };
  return {
    key,
    body,
    contentType,
    provenance,
    record: { name, key, bytes: body.length, contentType, width, height, ...facts },
  };
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
