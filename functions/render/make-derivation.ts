import type { Deps as BuildDeps } from '../../lib/build/deps.ts';
import type { MadeOutput } from '../../lib/build/made-output.ts';
import { type Ended, type Outcome, type Turn as RunTurn, runBuild } from '../../lib/build/run-build.ts';
import { DarkroomError, ERRORS, type ErrorCode } from '../../lib/error.ts';
import { type Build, fold, hasEnded } from '../../lib/pipeline/build.ts';
import { requestBuildId } from '../../lib/pipeline/build-id.ts';
import type { Subject } from '../../lib/pipeline/log-row.ts';
import { printRecipe } from '../../lib/recipe/recipe.ts';
import { nextRow } from '../../lib/table/next-row.ts';
import type { Deps } from './deps.ts';
import { findKept, type Wanted } from './picture.ts';

/** How long a caller is kept waiting, and what is left then of the function's time to say so. */
const MAX_WAIT_MS = 20_000;
const MARGIN_MS = 1_000;
/** How often a waiting sandbox looks whether another one is done: a picture takes a tenth of a second. */
const POLL_MS = 50;
/** Looks into the bucket to one into the log, which tells of a failure, or of a worker that died. */
const LOOKS = 8;

/** What it takes to make one. */
export type Making = BuildDeps & Pick<Deps, 'sleep' | 'version' | 'recent'>;

export interface Turn {
  /** Who asks, as the log names them. */
  readonly owner: string;
  /** Milliseconds until this function is stopped. */
  readonly remainingMs: number;
}

/** What came of it: the picture, an end that another worker wrote or that left none, or a build that goes on without us. */
export type Made = { readonly output: MadeOutput } | 'ended' | { readonly pending: string };

/**
 * Makes a derivation and keeps it: a build like any other, run here. Of equal requests at the same time one wins the claim in the log and
 * renders, wherever they are; the others wait for its end. What takes too long goes on in the queue. Throws the DarkroomError that the build
 * ended with, which a picture that cannot be derived so keeps.
 */
export async function makeDerivation(deps: Making, wanted: Wanted, turn: Turn): Promise<Made> {
  const { version, current } = wanted;
  const subject = { kind: 'request', version, recipe: printRecipe(wanted.recipe) } as const;
  const deadline = deps.now() + turn.remainingMs;
  const until = Math.min(deps.now() + MAX_WAIT_MS, deadline - MARGIN_MS);
  const build = await openOrJoin(deps, wanted, subject, turn.owner);
  if (build === 'ended') return build;
  const { id, opened } = build;
  const onClaim = (): Promise<void> => Promise.resolve();

  let known: Pick<RunTurn, 'opened' | 'current'> = { opened, current };
  for (;;) {
    const running = runBuild(deps, id, { deadline, onClaim, ...known });
    const outcome = await inTime(deps, running, until).catch((error: unknown) => handOver(deps, id, error));
    if (outcome !== undefined && 'made' in outcome) {
      if (outcome.isNew) await deps.announce?.(outcome);
      return ending(outcome);
    }
    // Whoever has it may be dead: what is told to go on has to.
    if (outcome === undefined || deps.now() >= until) {
      await deps.queue.send(id, subject);
      return { pending: id };
    }
    if (await appears(deps, wanted, until)) return 'ended';
    known = {};
  }
}

type Request = Extract<Subject, { kind: 'request' }>;

/**
 * The build that this is, opened unless an equal one is on its way, or has ended since the bucket was looked into. What could not be made
 * once cannot be made again, unless it was an outage that kept it.
 */
async function openOrJoin(
  deps: Making,
  wanted: Wanted,
  subject: Request,
  owner: string,
): Promise<{ readonly id: string; readonly opened: Build | undefined } | 'ended'> {
  const { version, recipe } = subject;
  for (let n = 1; ; n += 1) {
    const id = requestBuildId(version, { recipe }, n);
    const entry = { status: 'PENDING', event: 'requested', subject, ...(owner !== '' && { owner }) } as const;
    const row = nextRow(deps, { id, image: version.key, position: 0, attempt: 0 }, entry);
    if (await deps.log.append(row)) return { id, opened: fold([row]) };
    const build = fold(await deps.log.read(id));
    const isOpen = build === undefined || !hasEnded(build) || build.code === 'RETRIES_EXHAUSTED';
    if (isOpen) return { id, opened: build };
    if (build.status === 'FAILED') throw failure(build);
    if ((await findKept(deps, wanted, false)) !== undefined) return 'ended';
  }
}

/** Undefined when it is not done in time; its end is nobody's then. */
async function inTime(deps: Making, running: Promise<Outcome>, until: number): Promise<Outcome | undefined> {
  running.catch(() => undefined);
  return Promise.race([running, deps.sleep(Math.max(0, until - deps.now())).then(() => undefined)]);
}

/** Whether somebody else's picture appears within some looks into the bucket, and before the time is up. */
async function appears(deps: Making, wanted: Wanted, until: number): Promise<boolean> {
  for (let look = 0; look < LOOKS && deps.now() < until; look += 1) {
    await deps.sleep(POLL_MS);
    if ((await findKept(deps, wanted, true)) !== undefined) return true;
  }
  return false;
}

/** An outage ends this request, not the build: the queue tries it again. */
async function handOver(deps: BuildDeps, id: string, error: unknown): Promise<never> {
  await deps.queue.send(id).catch(() => undefined);
  throw error;
}

function ending({ made: [output], build }: Ended): Made {
  if (output !== undefined) return { output };
  if (build.status === 'FAILED') throw failure(build);
  return 'ended';
}

function failure({ code, message = 'The build failed' }: Build): Error {
  return code !== undefined && Object.hasOwn(ERRORS, code)
    ? new DarkroomError(code as ErrorCode, message)
    : new Error(message);
}
