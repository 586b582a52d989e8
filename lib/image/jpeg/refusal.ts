/** Why a JPEG cannot be negated without decoding it. Never leaves this room: callers get undefined. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}

export function refuse(why: string): never {
  throw new Refusal(why);
}
