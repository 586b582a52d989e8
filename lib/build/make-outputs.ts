import { DarkroomError } from '../error.ts';
import type { Build } from '../pipeline/build.ts';
import type { Subject } from '../pipeline/log-row.ts';
import { checkPlan, type PlannedOutput, planOutputs } from '../pipeline/plan.ts';
import type { CurrentVersion } from '../store/input-bucket.ts';
import type { Deps } from './deps.ts';
import { findSource, isDerivation } from './find-source.ts';
import { endWithout, type Journal } from './journal.ts';
import { type MadeOutput, madeOutput } from './made-output.ts';
import { endOutdated, removeAll, removeInput, removeStale } from './settle.ts';
import { isUnchanged } from './standing.ts';
import { writeOutputs } from './write-outputs.ts';

/** A build of outputs in the hands of the worker that claimed it, as it was before the claim. */
export interface OutputBuild extends Build {
  readonly subject: Extract<Subject, { kind: 'upload' | 'request' }>;
  /** Why it is not tried again. */
  readonly givenUp: DarkroomError | undefined;
}

/**
 * Makes the outputs of one version of an image. The input bucket is asked at the beginning and again behind the last write
 * whether the version is still the current one: what was written in between for one that is not is taken back. `asked` is what the
 * bucket said just now, where it was asked already. Returns what was made, if that is what stands.
 */
export async function makeOutputs(
  deps: Deps,
  build: OutputBuild,
  journal: Journal,
  asked?: CurrentVersion,
): Promise<readonly MadeOutput[]> {
  const { version } = build.subject;
  const current = asked ?? (await deps.input.current(version.key));
  if (current?.versionId !== version.versionId)
    return outdated(deps, build, journal, build.outputs.length > 0);
  await nameOwner(deps, build, current, journal);
  try {
    return await makeOfCurrent(deps, build, current, journal);
  } catch (error) {
    if (error instanceof DarkroomError && isWhole(build.subject)) await removeAll(deps, version);
    throw error;
  }
}

/** Of an upload that came by a form, or whose build could not be opened, the object itself tells who to ask for. */
async function nameOwner(
  { owners }: Deps,
  { subject, owner }: OutputBuild,
  { ticket }: CurrentVersion,
  journal: Journal,
): Promise<void> {
  if (subject.kind !== 'upload' || owner !== undefined || ticket === undefined) return;
  const found = await owners?.find(ticket, subject.version);
  if (found !== undefined) await journal.name(found);
}

async function makeOfCurrent(
  deps: Deps,
  build: OutputBuild,
  current: CurrentVersion,
  journal: Journal,
): Promise<readonly MadeOutput[]> {
  const { version } = build.subject;
  const plan = planOutputs(build.subject);
  const skipped = isDerivation(build.subject) ? undefined : await whySkipped(deps, build, current, plan);
  if (skipped !== undefined) return nothing(endWithout(journal, 'SKIPPED', skipped));
  checkPlan(plan);
  checkSize(version.key, current.bytes, deps.maxSourceBytes);
  if (build.givenUp !== undefined) throw build.givenUp;

  const source = await findSource(deps, build.subject);
  if (source === undefined) return outdated(deps, build, journal, build.outputs.length > 0);
  const { sourceSha256 } = source;
  const bytesIn = source.bytes.length;
  // One picture is made in less time than a row takes: its next row tells as much.
  if (!isDerivation(build.subject))
    await journal.write({ status: 'BUILDING', event: 'rendering', bytesIn, sourceSha256 });

  const rendered = await deps.render(source.bytes, plan);
  const made = plan.map((planned, i) =>
    madeOutput(planned, rendered[i], { version, sourceSha256, build: build.id }),
  );
  const outputs = made.map(({ record }) => record);
  await journal.write({ status: 'CONVERTING', event: 'writing', outputs, durationMs: journal.elapsedMs() });

  const replaced = await writeOutputs(deps, made);
  if (replaced && !isDerivation(build.subject)) await removeStale(deps, version);
  const after = await deps.input.current(version.key);
  if (after?.versionId !== version.versionId) return outdated(deps, build, journal, true);

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
  return made;
}

/** A derivation lies under its version: it was written over nothing of another one's, so nothing has to be made again. */
function outdated(
  deps: Deps,
  { subject }: OutputBuild,
  journal: Journal,
  mayHaveWritten: boolean,
): Promise<readonly []> {
  const mayHaveReplaced = mayHaveWritten && !isDerivation(subject);
  return nothing(endOutdated(deps, subject.version, journal, mayHaveReplaced));
}

async function nothing(end: Promise<void>): Promise<readonly []> {
  await end;
  return [];
}

/** Whether a build is of all outputs of its version: then there are no others beside them. */
function isWhole(subject: OutputBuild['subject']): boolean {
  return subject.kind === 'upload' || (subject.pipeline ?? subject.step ?? subject.recipe) === undefined;
}

const UNCHANGED =
  'What it would make stands already, of this version and by this recipe; force makes it again';

/** A derivation is never skipped: whoever asks for one has seen that it is not there, and is waiting for it. */
async function whySkipped(
  deps: Deps,
  build: OutputBuild,
  { bytes }: CurrentVersion,
  plan: readonly PlannedOutput[],
): Promise<string | undefined> {
  const { key } = build.subject.version;
  if (key.endsWith('/') && bytes === 0) return `${key} is a folder, not an image`;
  if (plan.length === 0) return `No pipeline applies to ${key}`;
  return (await isUnchanged(deps, build, plan)) ? UNCHANGED : undefined;
}

function checkSize(key: string, bytes: number, maxBytes: number): void {
  if (bytes === 0) throw new DarkroomError('EMPTY_OBJECT', `${key} is empty: upload it again, whole`);
  if (bytes <= maxBytes) return;
  throw new DarkroomError(
    'SOURCE_TOO_LARGE',
    `${key} has ${bytes} bytes, and Darkroom reads at most ${maxBytes}`,
  );
}
