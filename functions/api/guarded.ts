import { DarkroomError } from '../../lib/error.ts';
import { demandWritable, guardsOf } from '../../lib/http/conditional.ts';
import type { Request } from '../../lib/http/request.ts';
import type { CurrentVersion, InputBucket } from '../../lib/store/input-bucket.ts';

/** How often an image may change under one write before that is a fault. */
const MAX_CHANGES = 5;

/** Whether a write says what it takes for granted. */
export function isGuarded({ headers }: Pick<Request, 'headers'>): boolean {
  return guardsOf(headers).length > 0;
}

/** Throws DarkroomError BAD_REQUEST for conditions where many images are meant; `one` is the request that takes them. */
export function demandUnguarded(request: Pick<Request, 'headers'>, one: string): void {
  if (!isGuarded(request)) return;
  throw new DarkroomError(
    'BAD_REQUEST',
    `Conditions are about one picture: send each with its own to ${one}, or leave If-Match, If-None-Match and If-Unmodified-Since out`,
  );
}

/**
 * Writes where the conditions of a request hold of the original that stands under a key: of its ETag and of when it was uploaded. The bucket
 * itself holds the write to what they were seen of, so that nobody comes between; `write` gives undefined when somebody did. Throws
 * DarkroomError PRECONDITION_FAILED, and then nothing was written.
 */
export async function guarded<T>(
  input: Pick<InputBucket, 'current'>,
  key: string,
  { headers }: Pick<Request, 'headers'>,
  write: (over: CurrentVersion | undefined) => Promise<T | undefined>,
): Promise<T> {
  for (let changes = 0; changes < MAX_CHANGES; changes += 1) {
    const current = await input.current(key);
    demandWritable(`The original ${key}`, headers, current);
    const written = await write(current);
    if (written !== undefined) return written;
  }
  throw new Error(`${key} changed ${MAX_CHANGES} times while it was being written`);
}
