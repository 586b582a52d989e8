import type { Deps } from '../../lib/build/deps.ts';
import { endExhausted } from '../../lib/build/end-exhausted.ts';
import { runBuild } from '../../lib/build/run-build.ts';
import { DarkroomError } from '../../lib/error.ts';
import { parseWork, type Work } from '../../lib/pipeline/work.ts';
import { openBuild, reopenBuild } from '../../lib/table/open-build.ts';

export interface Message {
  readonly body: string;
  readonly receiptHandle: string;
  /** How often SQS has handed this message out, this time included. */
  readonly receives: number;
  /** When it was sent, in milliseconds since 1970. */
  readonly sentMs: number;
}

export interface Limits {
  /** When this function will be stopped, in milliseconds since 1970. */
  readonly deadline: number;
  /** Receives after which SQS moves a message to the dead-letter queue. */
  readonly maxReceives: number;
}

/**
 * Does what a message asks for, and tells of the end that it came to. Returns true when the message is done with, false when it has to
 * come again, its visibility set to when that makes sense. An outage is thrown, after the message was told to come again soon.
 */
export async function handleMessage(deps: Deps, message: Message, limits: Limits): Promise<boolean> {
  const hide = (seconds: number): Promise<void> => deps.queue.hide(message.receiptHandle, seconds);
  try {
    const only = await openAll(deps, parseWork(message.body));
    if (only === undefined) return true;
    const outcome = await runBuild(deps, only.id, {
      deadline: limits.deadline,
      onClaim: (seconds) => hide(seconds).catch(() => undefined),
    });
    if ('isOthers' in outcome) return true;
    if ('againInSeconds' in outcome) {
      await hide(outcome.againInSeconds);
      return false;
    }
    const { build, isNew } = outcome;
    await deps.announce?.({ build, isNew, askedMs: message.sentMs });
    return true;
  } catch (error) {
    if (message.receives >= limits.maxReceives) await tellExhausted(deps, message.body, error);
    else await hide(backOffSeconds(message.receives)).catch(() => undefined);
    throw error;
  }
}

/**
 * Opens the builds of a message, and returns the one that it is about. Several records in one message become a message each, so that
 * none waits for, or falls with, its neighbours.
 */
async function openAll(deps: Deps, works: readonly Work[]): Promise<Work | undefined> {
  for (const work of works) {
    if (work.kind === 'open') await openBuild(deps, work.id, work.event, work.subject, work.by);
    if (work.kind === 'retry') await reopenBuild(deps, work.id, work.failedAt, work.by);
  }
  if (works.length === 1) return works[0];
  for (const { id } of works) await deps.queue.send(id);
  return undefined;
}

/** 5 s, 20 s, 45 s, 80 s: an outage is given a few minutes in all to pass before the message is a dead letter. */
function backOffSeconds(receives: number): number {
  return 5 * receives * receives;
}

/** The message goes to the dead letters now; a redrive brings its builds back to life. What cannot be told here, the sweep tells. */
async function tellExhausted(deps: Deps, body: string, cause: unknown): Promise<void> {
  const reason = cause instanceof DarkroomError ? cause.message : 'a service that it needs failed each time';
  for (const work of parseWork(body)) {
    const build = await endExhausted(deps, work, reason).catch(() => undefined);
    if (build !== undefined) await deps.announce?.({ build, isNew: true }).catch(() => undefined);
  }
}
