/**
 * Bounds in the byte order of UTF-8, which is the order of code points.
 */

/** The least text that comes after every text that begins with `prefix`; undefined when there is none. */
export function afterPrefix(prefix: string): string | undefined {
  const points = [...prefix];
  for (let last = points.pop(); last !== undefined; last = points.pop()) {
    const next = following(last.codePointAt(0) ?? 0);
    if (next !== undefined) return points.join('') + String.fromCodePoint(next);
  }
  return undefined;
}

/** The least text that comes after `text`. */
export function after(text: string): string {
  return `${text}\0`;
}

/** Byte by byte, also where UTF-16 would order otherwise. */
export function isBefore(a: string, b: string): boolean {
  return Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0;
}

/** Code points that are halves of surrogates are none of UTF-8's. */
function following(point: number): number | undefined {
  if (point === 0x10ffff) return undefined;
  return point === 0xd7ff ? 0xe000 : point + 1;
}
