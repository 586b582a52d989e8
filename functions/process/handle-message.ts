import type { Deps } from '../../lib/build/deps.ts';
import { type Outcome, runBuild } from '../../lib/build/run-build.ts';
import { DarkroomError } from '../../lib/error.ts';
import { fold, hasEnded } from '../../lib/pipeline/build.ts';
import { parseWork, type Work } from '../../lib/pipeline/work.ts';
import { nextRow } from '../../lib/table/next-row.ts';
import { openBuild } from '../../lib/table/open-build.ts';

export interface Message {
  readonly body: string;
  readonly receiptHandle: string;
  /** How often SQS has handed this message out, this time included. */
  readonly receives: number;
}

export interface Limits {
  /** When this function will be stopped, in milliseconds since 1970. */
  readonly deadline: number;
  /** Receives after which SQS moves a message to the dead-letter queue. */
  readonly maxReceives: number;
}

/**
 * Does what a message asks for. Returns true when the message is done with, false when it has to come again, its visibility set
 * to when that makes sense. An outage is thrown, after the message was told to come again soon.
 */
export async function handleMessage(deps: Deps, message: Message, limits: Limits): Promise<boolean> {
  const hide = (seconds: number): Promise<void> => deps.queue.hide(message.receiptHandle, seconds);
  try {
    const outcome = await handleWork(deps, parseWork(message.body), {
      deadline: limits.deadline,
      onClaim: (seconds) => hide(seconds).catch(() => undefined),
    });
    if (outcome === 'done') return true;
    await hide(outcome.againInSeconds);
    return false;
  } catch (error) {
    if (message.receives >= limits.maxReceives) await tellExhausted(deps, message.body, error);
    else await hide(backOffSeconds(message.receives)).catch(() => undefined);
    throw error;
  }
}

/** Several records in one message become a message each, so that none waits for, or falls with, its neighbours. */
async function handleWork(
  deps: Deps,
  works: readonly Work[],
  turn: { readonly deadline: number; readonly onClaim: (seconds: number) => Promise<void> },
): Promise<Outcome> {
  for (const work of works)
    if (work.kind === 'open') await openBuild(deps, work.id, work.event, work.subject);
  const [only, ...more] = works;
  if (only === undefined) return 'done';
  if (more.length === 0) return runBuild(deps, only.id, turn);
  for (const { id } of works) await deps.queue.send(id);
  return 'done';
}

/** 5 s, 20 s, 45 s, 80 s: an outage is given a few minutes in all to pass before the message is a dead letter. */
function backOffSeconds(receives: number): number {
  return 5 * receives * receives;
}

/** The message goes to the dead letters now, so its builds are told to have failed; a redrive brings them back to life. */
async function tellExhausted(deps: Deps, body: string, cause: unknown): Promise<void> {
  const reason = cause instanceof DarkroomError ? cause.message : 'a service that it needs failed each time';
  for (const { id } of parseWork(body)) {
    const build = await deps.log
      .read(id)
      .then(fold)
      .catch(() => undefined);
    if (build === undefined || hasEnded(build) || build.status === 'PENDING') continue;
    const message = `${build.image} was tried ${build.attempt} times: ${reason}. Its message lies in the dead-letter queue; redrive it once the cause is mended`;
    const entry = {
      status: 'FAILED',
      event: 'failed',
      code: 'RETRIES_EXHAUSTED',
      message,
      durationMs: 0,
    } as const;
    await deps.log.append(nextRow(deps, build, entry)).catch(() => undefined);
  }
}
