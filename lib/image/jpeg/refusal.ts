/** Why a JPEG cannot be negated without decoding it. Never leaves this room: callers get undefined. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}

export function refuse(why: string): never {
  throw new Refusal(why);
}

/** What `work` gives, or undefined where it refuses. A RangeError is a read behind the end of a segment or a scan. */
export function unlessRefused<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof Refusal || error instanceof RangeError) return undefined;
    throw error;
  }
}
